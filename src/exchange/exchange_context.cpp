#include "exchange/exchange_context.hpp"

#include <random>

#include "dialect/messages_quirks.hpp"
#include "exchange/audit_work.hpp"
#include "exchange/cascade_route.hpp"
#include "exchange/keep_alive.hpp"
#include "exchange/race.hpp"
#include "exchange/shadow.hpp"
#include "wire/anthropic_request.hpp"

namespace rlm::exchange {

std::string new_exchange_id(UnixMs now) {
  static constexpr char kDigits[] = "0123456789abcdefghjkmnpqrstvwxyz";
  thread_local std::mt19937_64 engine{std::random_device{}()};
  std::string id(4 + 26, '_');
  id.replace(0, 3, "exc");
  auto time = static_cast<std::uint64_t>(now.value);
  for (std::size_t i = 13; i >= 4; --i, time >>= 5) id[i] = kDigits[time & 31];
  for (std::size_t half = 0; half < 2; ++half) {
    auto random = engine();
    for (std::size_t i = 0; i < 8; ++i, random >>= 5) id[14 + half * 8 + i] = kDigits[random & 31];
  }
  return id;
}

ExchangeContext::ExchangeContext(Services& services_, net::HttpTransaction& transaction_,
                                 respond::ResponseSink& sink_)
    : services(services_),
      transaction(transaction_),
      sink(sink_),
      calls(services_.clock, transaction_.started()),
      on_settle([this] { settle(); }),
      pings(services_.worker.wheel(), sink_, record, services_.config.pings,
            [&metrics = services_.metrics] { metrics.ping_sent(); }) {
  record.started = services.clock.unix_ms();
  record.id = new_exchange_id(record.started);
  ++services.in_flight;
  services.metrics.exchange_begun();
}

ExchangeContext::~ExchangeContext() {
  settle();
  keep_prompt(*this);
  begin_shadow(*this);
  begin_audit(*this);
  --services.in_flight;
  services.metrics.exchange_ended();
}

net::StopSource& ExchangeContext::stop() {
  return race != nullptr ? race->drafting() : transaction.gone();
}

bool ExchangeContext::may_deliver_draft() {
  return race == nullptr || race->draft_wins();
}

bool ExchangeContext::keeps_request() const {
  return shadow != nullptr || audit != nullptr || (warm != nullptr && warm->stays());
}

respond::ResponseSink& ExchangeContext::answer_sink() {
  if (shadow != nullptr) return shadow->tap;
  return audit != nullptr && audit->instead ? *audit->instead : sink;
}

const Result<Buffer>& ExchangeContext::draft_body() {
  if (!draft_body_)
    draft_body_ = wire::draft_body(request.body, services.index, services.config.json,
                                   model(cascade->draft).config().model);
  return *draft_body_;
}

std::string_view ExchangeContext::draft_lacks() {
  if (draft_lacks_) return *draft_lacks_;
  draft_lacks_.emplace();
  const auto& draft = model(cascade->draft).config();
  // Of Messages, vendors lack words for what stands in such blocks alone: most requests need not
  // be written for the draft model to know.
  const bool has_rare_blocks = request.facts.has_documents || request.facts.has_other_blocks;
  const bool may_lack =
      draft.speaks_openai() || (has_rare_blocks && dialect::messages_quirks(draft.kind) != nullptr);
  if (may_lack && draft_body())
    draft_lacks_ = services.table->lack_of_draft(*cascade, *draft_body(), services.index);
  return *draft_lacks_;
}

Tokens ExchangeContext::prompt_estimate() {
  route::Features whose;
  whose.session = record.session;
  whose.agent = record.agent;
  return services.router.prompt_tokens(request.facts, route::session_name(whose), verify.endpoint);
}

Usage ExchangeContext::told_prompt(const Usage& by_model) {
  if (by_model.prompt() > 0) return by_model;
  Usage told = by_model;
  told.input = prompt_estimate();
  return told;
}

void ExchangeContext::because(std::string_view cause) {
  if (!record.reason.empty()) record.reason += ',';
  record.reason += cause;
}

void ExchangeContext::settle() {
  if (settled_) return;
  settled_ = true;
  record.duration_ms = calls.elapsed_ms();
  record.client_left = record.client_left || transaction.gone().stopped();
  money::ExpectedUse expected;
  if (race != nullptr || !calls.all_told())
    expected = expected_use(services, routed.get(), record, request.facts, verify);
  record.calls = calls.take(expected);
  if (race != nullptr) race->book(record.calls, expected);
  for (const CallRecord& call : record.calls)
    if (call.attempt > 0) services.metrics.retried();
  services.accountant.settle(record, request.facts, verify);
  if (race != nullptr) race->count(services.metrics, record.calls);
  learn_from(*this);
  if (!counts_tokens) services.ledger.write(services.worker_index, record);
}

}  // namespace rlm::exchange
