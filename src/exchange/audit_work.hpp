#pragma once
// A draft that nobody judged before the client had its answer, judged afterwards (cascade.md §9).

#include <optional>
#include <string>

#include "exchange/answer_tap.hpp"
#include "exchange/aside.hpp"
#include "exchange/exchange_context.hpp"

namespace rlm::exchange {

struct AsideQuestion;

/// A draft that was drawn to be judged; lives until its client has the answer.
struct Audit {
  Answer draft;
  Verdict verdict = Verdict::Skipped;  // under which it left, or would have left
  std::int64_t sampled_ppm = 0;
  std::string class_name;
  /// The verify model's own answer, which the client got instead; absent when the draft was
  /// delivered.
  std::optional<AnswerTap> instead{};
};

/// Whether the day's money for audits and probes lasts.
bool may_audit(const ExchangeContext& x);

/// Draws whether the draft that is about to be delivered is judged: with the probability that its
/// class has earned, and as long as the day's money lasts. Never without a class.
void draw_audit(ExchangeContext& x, const Answer& draft);

/// The draft is not delivered because its class is not trusted, though code has proven it: it will
/// be held against the verify model's answer.
void hold_against(ExchangeContext& x, const Answer& draft, std::string class_name);

/// Hands over what was drawn, when the client has its whole answer.
void begin_audit(ExchangeContext& x);

/// Ends in a record whose occasion is Audit: of a text by the usual verdict call, of tool calls by
/// the verify model's own answer to the same request and, where that makes other calls, its word
/// whether the draft's are as good.
class AuditWork final : public AsideWork {
 public:
  /// Takes request and draft out of `x`.
  explicit AuditWork(ExchangeContext& x);

  net::Task<void> run(net::StopSource& stop) override;
  std::size_t bytes() const override {
    return request_.body.capacity() + (instead_ ? instead_->size() : 0);
  }

 private:
  net::Task<Result<Judgement>> judge(net::StopSource& stop);
  net::Task<Result<Answer>> own_answer(const AsideQuestion& question);
  void settle();

  Services& services_;
  const std::shared_ptr<const RoutingTable> table_;  // the cascade's owner
  const Cascade& cascade_;
  Request request_;
  const std::unique_ptr<const route::Routed> routed_;  // null: nothing is learned
  account::VerifyModel verify_;
  const Answer draft_;
  const std::optional<std::string> instead_;  // the bytes of the answer that the client got
  ExchangeRecord record_;
  std::optional<upstream::CallLog> calls_;
};

}  // namespace rlm::exchange
