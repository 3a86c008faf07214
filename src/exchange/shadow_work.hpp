#pragma once
// One request drafted, proven or judged after its client had the verify model's answer.

#include <memory>
#include <optional>
#include <string>

#include "draft/make_draft.hpp"
#include "exchange/aside.hpp"
#include "exchange/exchange_context.hpp"
#include "upstream/call_log.hpp"

namespace rlm::exchange {

/// Ends in a record of its own, whose occasion is Shadow: the plan that was tried, the verdict in
/// which a client's exchange would have ended, what the verify model says of the draft, what it
/// cost and what the exchange would have cost. The draft model's answer goes nowhere.
class ShadowWork final : public AsideWork {
 public:
  /// Takes the request out of `x`. `direct` is the call that served the client.
  ShadowWork(ExchangeContext& x, const CallRecord& direct);

  net::Task<void> run(net::StopSource& stop) override;
  std::size_t bytes() const override { return request_.body.capacity() + delivered_.size(); }

 private:
  net::Task<void> try_plan(net::StopSource& stop);
  net::Task<void> prove(std::string_view body, net::StopSource& stop);
  net::Task<void> draft_and_judge(std::string_view body, net::StopSource& stop);
  net::Task<void> judge(const Answer& draft, net::StopSource& stop);
  net::Task<void> compare_with_delivered(const Answer& draft, net::StopSource& stop);
  void belongs_to(Risk risk);
  void fall_back(std::string_view cause);
  void fall_back(const draft::NoDraft& why);
  void settle();
  ExchangeRecord as_a_clients() const;
  upstream::ModelClient& model(std::size_t endpoint) { return *services_.models[endpoint]; }
  upstream::CallLog& calls() { return *calls_; }

  Services& services_;
  const std::shared_ptr<const RoutingTable> table_;  // the cascade's owner
  const Cascade& cascade_;
  Request request_;
  const std::unique_ptr<const route::Routed> routed_;  // null: nothing is learned
  account::VerifyModel verify_;
  DayBudget& purse_;
  const CallRecord direct_;
  const std::string delivered_;  // the answer's bytes; empty when they were too many
  ExchangeRecord record_;
  std::optional<Verdict> reached_;  // by the verdict call
  std::optional<upstream::CallLog> calls_;
};

/// The answer that a client was sent, from its bytes, streamed or not; nothing when they are no
/// whole answer.
std::optional<Answer> answer_in(std::string_view bytes, wire::JsonIndex& index);

}  // namespace rlm::exchange
