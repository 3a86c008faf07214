#include "exchange/keep_alive.hpp"

#include <algorithm>

#include "exchange/cache_read.hpp"
#include "money/prompt_cache.hpp"

namespace rlm::exchange {
namespace {

constexpr Milliseconds kLook{250};

// The last call that took the client's own prompt to the verify model.
const CallRecord* last_prompt_call(const ExchangeContext& x) {
  for (auto call = x.record.calls.rbegin(); call != x.record.calls.rend(); ++call)
    if ((call->role == CallRole::Direct || call->role == CallRole::Verify) &&
        call->usage.prompt() > 0 && has_begun(*call))
      return &*call;
  return nullptr;
}

std::int64_t life_of(const RequestFacts& facts) {
  const bool short_lived =
      std::any_of(facts.prefix.begin(), facts.prefix.end(),
                  [](const PrefixMark& mark) { return mark.breakpoint && !mark.one_hour; });
  return short_lived ? money::PromptCache::kShortTtlMs : money::PromptCache::kLongTtlMs;
}

Secret lines_of(const Headers& headers) {
  std::string lines;
  lines.reserve(headers.text_bytes() + headers.size() * 4);
  for (const Header header : headers)
    lines.append(header.name).append(": ").append(header.value).append("\r\n");
  return Secret(std::move(lines));
}

// A shadow or an audit may want the request as well.
Request take_request(ExchangeContext& x) {
  if (x.shadow == nullptr && x.audit == nullptr) return std::move(x.request);
  Request copy;
  copy.query = x.request.query;
  copy.body = Buffer(x.request.body.view());
  copy.facts = x.request.facts;
  return copy;
}

void set_prices(WarmPrompt& prompt, const ExchangeContext& x, const Usage& usage, UnixMs when) {
  const auto price = [&](const Usage& of) {
    return x.services.accountant.price_of(x.verify, of, when);
  };
  Usage read;
  read.cache_read = usage.prompt() - usage.input;
  Usage written;
  (prompt.life_ms == money::PromptCache::kShortTtlMs ? written.cache_write_5m
                                                     : written.cache_write_1h) = read.cache_read;
  prompt.saving = price(written) - price(read);
  read.input = usage.input;
  prompt.read_cost = price(read);
}

}  // namespace

void visit_session(ExchangeContext& x, const route::Features& features) {
  const auto number = static_cast<std::size_t>(x.cascade - x.services.table->cascades.data());
  if (number >= x.services.warm.size() || x.services.warm[number] == nullptr) return;
  // What stands beside a session's own conversation neither needs its cache nor says that the
  // client is back.
  if (features.session.empty() || features.safety_gate || features.turn == route::TurnKind::Side)
    return;
  const auto& sessions = x.services.warm[number];
  std::string session = route::session_name(features);
  x.services.metrics.keep_alive_saved(sessions->begin(session, x.record.started));
  const bool stays = features.turn != route::TurnKind::Compaction;
  x.warm = std::make_unique<WarmVisit>(sessions, std::move(session), stays);
}

void keep_prompt(ExchangeContext& x) {
  if (x.warm == nullptr || !x.warm->stays() || x.request.body.empty()) return;
  const CallRecord* call = last_prompt_call(x);
  if (call == nullptr) return;
  Usage usage = call->usage;
  if (call->role == CallRole::Verify)
    usage = money::without_suffix(
        usage, money::suffix_tokens(usage, x.request.facts.prompt_bytes, x.verify.suffix_bytes));
  if (usage.prompt() == usage.input) return;  // nothing of it is in a cache
  const UnixMs at{x.record.started.value + call->started_ms};
  const auto prompt = std::make_shared<WarmPrompt>();
  prompt->worker = x.services.worker_index;
  prompt->session = x.warm->session();
  prompt->life_ms = life_of(x.request.facts);
  set_prices(*prompt, x, usage, at);
  prompt->headers = lines_of(x.request.headers);
  prompt->request = take_request(x);
  prompt->request.headers = Headers();
  std::string().swap(prompt->request.facts.last_user_text);
  prompt->record_session = x.record.session;
  prompt->agent = x.record.agent;
  prompt->asked_model = x.record.asked_model;
  prompt->cascade = x.record.cascade;
  prompt->follows = x.record.id;
  prompt->verify = x.verify;
  prompt->verify.suffix_bytes = 0;
  prompt->endpoint = x.cascade->verify;
  if (x.routed != nullptr) prompt->routed = *x.routed;
  x.warm->sessions().keep(prompt, at);
}

KeepAlive::KeepAlive(Services& services)
    : services_(services),
      timer_(
          services.worker.wheel(), [](void* self) { static_cast<KeepAlive*>(self)->look(); },
          this) {}

void KeepAlive::start() {
  const auto& warm = services_.warm;
  if (std::any_of(warm.begin(), warm.end(), [](const auto& one) { return one != nullptr; }))
    timer_.arm(kLook);
}

void KeepAlive::look() {
  const UnixMs now = services_.clock.unix_ms();
  for (const auto& sessions : services_.warm) {
    if (sessions == nullptr) continue;
    for (DueRead& due : sessions->take_due(services_.worker_index, now))
      services_.aside.add(std::make_unique<CacheRead>(services_, sessions, std::move(due)));
  }
  timer_.arm(kLook);
}

}  // namespace rlm::exchange
