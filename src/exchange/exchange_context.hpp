#pragma once
// One exchange while it happens.

#include <functional>
#include <memory>

#include "domain/request.hpp"
#include "exchange/services.hpp"
#include "net/http_transaction.hpp"
#include "respond/pings.hpp"
#include "respond/relay.hpp"
#include "respond/response_sink.hpp"
#include "route/features.hpp"
#include "upstream/call_log.hpp"

namespace rlm::exchange {

struct Audit;
struct Shadow;
class Race;
class WarmVisit;

/// Lives in run_exchange's frame; everything of the exchange dies with it, but what it leaves
/// behind on purpose. One thread.
class ExchangeContext {
 public:
  ExchangeContext(Services& services, net::HttpTransaction& transaction,
                  respond::ResponseSink& sink);
  ExchangeContext(const ExchangeContext&) = delete;
  ExchangeContext& operator=(const ExchangeContext&) = delete;
  ~ExchangeContext();

  /// Closes the record: durations, money, baseline; makes it durable. Only the first call counts.
  void settle();
  upstream::ModelClient& model(std::size_t endpoint) { return *services.models[endpoint]; }
  /// Stops what is done for the client's answer: it left, or, of a draft, the race is lost.
  net::StopSource& stop();
  /// A draft's answer is about to leave. False when the verify model was first: then it must not.
  bool may_deliver_draft();
  /// The request is needed when its client has been answered.
  bool keeps_request() const;
  /// Where a direct answer goes.
  respond::ResponseSink& answer_sink();
  /// The request as the draft model is to get it; made once. Errors as wire::draft_body.
  const Result<Buffer>& draft_body();
  /// What of it the draft model's dialect cannot say (RoutingTable::lack_of_draft); empty:
  /// nothing.
  std::string_view draft_lacks();
  /// No draft is made: what was prepared for it goes.
  void forget_draft() { draft_body_.reset(); }
  /// The tokens of the client's prompt at the verify model, as far as can be told before it counts.
  Tokens prompt_estimate();
  /// What the client is told of its prompt: what a model told, or else the estimate.
  Usage told_prompt(const Usage& by_model);
  /// Adds to the reason, comma-separated.
  void because(std::string_view cause);

  Services& services;
  net::HttpTransaction& transaction;
  respond::ResponseSink& sink;
  Request request;
  bool counts_tokens = false;  // /v1/messages/count_tokens
  bool only_spoken = false;    // only its own dialect can say the request, whose body stands in
  const Cascade* cascade = nullptr;
  int direct_endpoint = -1;     // position in RoutingTable::endpoints
  account::VerifyModel verify;  // what the baseline is priced by
  // What the plan's price rests on; null when it was decided by fixed rules: an open stream need
  // not hold it.
  std::unique_ptr<const route::Routed> routed;
  std::optional<route::TurnStep> step;  // what the draft model's delivered calls mean to its turn
  Risk risk = Risk::None;               // of these calls
  std::unique_ptr<Audit> audit;         // its delivered draft was drawn to be judged
  std::unique_ptr<Shadow> shadow;       // it was drawn to be tried beside its answer
  std::unique_ptr<WarmVisit> warm;      // its session's cache is kept alive
  ExchangeRecord record;
  upstream::CallLog calls;
  const respond::Settle on_settle;
  respond::Pings pings;  // while an answer is waited for
  Race* race = nullptr;  // while the verify model is asked beside the draft
  bool raced = false;    // … or is to be

 private:
  bool settled_ = false;
  std::optional<Result<Buffer>> draft_body_;
  std::optional<std::string_view> draft_lacks_;
};

/// "exc_" and 26 characters (Crockford base 32 of 48 bits of milliseconds and 80 random bits):
/// sorts by time.
std::string new_exchange_id(UnixMs now);

}  // namespace rlm::exchange
