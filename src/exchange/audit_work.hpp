#pragma once
// A draft that was delivered unseen, judged by the verify model afterwards (cascade.md §9).

#include <optional>

#include "exchange/aside.hpp"
#include "exchange/exchange_context.hpp"

namespace rlm::exchange {

/// A delivered draft that was drawn to be judged; lives until its client has it.
struct Audit {
  Answer draft;
  std::int64_t sampled_ppm = 0;
};

/// Draws whether the draft that is about to be delivered is judged. Nothing without an auditor.
void draw_audit(ExchangeContext& x, const Answer& draft);

/// Hands over what was drawn, when the client has its whole answer.
void begin_audit(ExchangeContext& x);

/// Ends in a record whose occasion is Audit, and tells the auditor of its judgement: of a text by
/// the usual verdict call, of tool calls by the verify model's own answer to the same request.
class AuditWork final : public AsideWork {
 public:
  /// Takes request and draft out of `x`.
  explicit AuditWork(ExchangeContext& x);

  net::Task<void> run(net::StopSource& stop) override;
  std::size_t bytes() const override { return request_.body.capacity(); }

 private:
  net::Task<Result<Judgement>> judge(net::StopSource& stop);
  void settle();

  Services& services_;
  const std::shared_ptr<const RoutingTable> table_;  // the cascade's owner
  const Cascade& cascade_;
  Request request_;
  const std::unique_ptr<const route::Routed> routed_;  // null: nothing is learned
  account::VerifyModel verify_;
  const Answer draft_;
  ExchangeRecord record_;
  std::optional<upstream::CallLog> calls_;
};

}  // namespace rlm::exchange
