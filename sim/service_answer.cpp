// How one messages request is answered: reply, fault, pace, cache, bill.

#include "base/check.hpp"
#include "sim/service.hpp"

namespace rlm::sim {
namespace {

bool is_decided_before_the_head(const Fault& fault) {
  return fault.kind == Fault::Kind::Status || (fault.kind == Fault::Kind::Reset && fault.at == 0);
}

// The client left before the head: the prompt was read. Only a stream's generation ends with its
// connection.
Outcome left_unanswered(bool streams, Tokens tokens) {
  Outcome left;
  left.end = CallEnd::ClientLeft;
  left.tokens = streams ? 0 : tokens;
  return left;
}

bool is_error_inside(const Fault& fault) {
  return fault.kind == Fault::Kind::ErrorFirst || fault.kind == Fault::Kind::ErrorLater;
}

}  // namespace

Fault Service::draw_fault(const SimRequest& request, std::uint64_t occurrence) const {
  Random random = mind_.random_for(mix(request.content, occurrence), "fault");
  for (const FaultChance& chance : config_.faults)
    if (random.chance(chance.probability)) return chance.fault;
  return {};
}

Pace Service::pace_for(const Call& call, const SimRequest& request, const Reply& reply,
                       const Fault& fault) const {
  Random random = mind_.random_for(request.content, "pace");
  const double first_ms = random.draw(config_.first_token_ms);
  const double speed = random.draw(config_.tokens_per_second);
  const std::chrono::duration<double, std::milli> drawn(first_ms);
  Pace pace;
  pace.first = call.transaction.started() + std::chrono::duration_cast<SteadyTime::duration>(drawn);
  if (reply.first_token) pace.first = call.transaction.started() + *reply.first_token;
  if (fault.kind == Fault::Kind::SlowHead) pace.first += fault.delay;
  pace.tokens_per_second = reply.tokens_per_second.value_or(speed);
  pace.ping_interval = config_.ping_interval;
  pace.keep_alive = call.dialect.keep_alive(request.stream);
  pace.queued = call.dialect.queued(request.stream);
  return pace;
}

Tokens Service::minimum_for(std::string_view model, UnixMs when) const {
  if (config_.cache_minimum) return *config_.cache_minimum;
  const money::Price* price = config_.prices->find(model, when);
  return price == nullptr ? 0 : price->cache_minimum;
}

net::Task<void> Service::send_status(Call& call, const Fault& fault) {
  const Refusal refusal = call.dialect.failure(fault.status);
  Headers headers = call.dialect.headers(call.request_id, "application/json");
  call.dialect.add_error_headers(refusal, headers);
  for (const Header header : fault.headers) headers.add(header.name, header.value);
  const std::string body =
      fault.body.empty() ? call.dialect.error_body(refusal, call.request_id) : fault.body;
  co_await call.transaction.respond(fault.status, headers, body);
}

// True when the fault left nothing to answer.
net::Task<bool> Service::spoil_before_answer(Call& call, const SimRequest& request, Fault& fault) {
  if (is_error_inside(fault) && !request.stream) {  // there is no stream to put an event into
    const Refusal refusal = call.dialect.failure(status_of_error(fault.error_type));
    const std::string inside = call.dialect.error_inside(refusal);
    fault = status_fault(inside.empty() ? refusal.status : 200);
    fault.body = inside;
  }
  if (fault.kind == Fault::Kind::Status) {
    co_await send_status(call, fault);
  } else if (is_decided_before_the_head(fault)) {
    call.transaction.cut();
  } else {
    co_return false;
  }
  co_return true;
}

net::Task<void> Service::serve_answer(Call& call, const SimRequest& request) {
  const std::uint64_t occurrence = state_.occurrence(request.body);
  auto scripted = state_.take_script(request.last_user_text);
  Reply reply = scripted ? std::move(*scripted) : Reply();
  Fault fault = std::move(reply.fault);
  if (!scripted) fault = draw_fault(request, occurrence);
  const bool done = co_await spoil_before_answer(call, request, fault);
  if (done) co_return;
  if (reply.blocks.empty()) {
    Reply own = mind_.answer(request);
    reply.blocks = std::move(own.blocks);
    if (!reply.output_tokens) reply.output_tokens = own.output_tokens;
    if (!reply.first_token) reply.first_token = own.first_token;
    if (!reply.tokens_per_second) reply.tokens_per_second = own.tokens_per_second;
    if (reply.stop_reason.empty()) reply.stop_reason = own.stop_reason;
  }
  CachePlan plan = state_.look_up(hash_of(call.key), request,
                                  minimum_for(request.model, call.began), call.began);
  const Outcome outcome =
      co_await perform(call, request, std::move(reply), fault, occurrence, plan);
  if (fault.kind == Fault::Kind::ErrorFirst) co_return;  // nothing was generated
  Usage usage = plan.usage;
  usage.output = outcome.tokens;
  bill(call, request, usage, outcome);
}

net::Task<Outcome> Service::perform(Call& call, const SimRequest& request, Reply reply,
                                    const Fault& fault, std::uint64_t occurrence, CachePlan& plan) {
  const Pace pace = pace_for(call, request, reply, fault);
  Transcript script;
  const bool raw = !reply.raw_sse.empty() || !reply.raw_json.empty();
  const bool streams = raw ? !reply.raw_sse.empty() : request.stream;
  if (raw) {
    script.whole = reply.raw_json;
    script.frames.push_back({reply.raw_sse, reply.output_tokens.value_or(0)});
  }
  Tokens tokens = reply.output_tokens.value_or(0);
  if (!raw) {
    const Composed answer = compose(std::move(reply), request, config_, mind_, occurrence);
    const Telling telling{answer, request, plan.usage, fault, call.began};
    script = call.dialect.write(telling);
    tokens = answer.output_tokens;
  }
  if (fault.kind == Fault::Kind::StallHead) {
    co_await wait_gone(call.transaction);
    co_return left_unanswered(streams, tokens);
  }
  Headers headers = call.dialect.headers(call.request_id,
                                         streams ? call.dialect.stream_type() : "application/json");
  if (streams) headers.add("cache-control", "no-cache");
  const bool here = co_await wait_in_queue(call.transaction, pace.first, pace, headers);
  if (!here) co_return left_unanswered(streams, tokens);
  state_.commit(plan);
  if (streams) {
    if (!call.transaction.begun()) call.transaction.begin(200, headers);
    Outcome outcome = co_await perform_stream(call.transaction, script, pace, fault);
    if (spoils(fault) && outcome.end == CallEnd::Complete) outcome.end = CallEnd::Faulted;
    co_return outcome;
  }
  co_return co_await perform_whole(call.transaction, script.whole, tokens, pace, fault, headers);
}

void Service::bill(const Call& call, const SimRequest& request, const Usage& usage,
                   const Outcome& outcome) {
  const money::Price* price = config_.prices->find(request.model, call.began);
  RLM_CHECK(price != nullptr);  // validated(SimConfig) found one
  BilledCall billed;
  billed.request_id = call.request_id;
  billed.model = request.model;
  billed.usage = usage;
  billed.usage.reported = true;
  billed.cost = money::cost_of(usage, *price, call.began,
                               config_.price_per_mille * request.price_per_mille / 1000);
  billed.price_version = price->valid_from;
  billed.when = call.began;
  billed.end = outcome.end;
  state_.bill(std::move(billed));
}

}  // namespace rlm::sim
