#include "lab/turn_planner.hpp"

#include <algorithm>
#include <cmath>

#include "lab/turn_rules.hpp"

namespace rlm::lab {

namespace {

constexpr double kDollarsPerToken = 1e-12;  // of micro-dollars per million tokens
constexpr Tokens kShortText = 80, kMiddleText = 600;

}  // namespace

std::size_t TurnPlanner::class_of(bool side, bool first_turn, Tokens user_chars) {
  const std::size_t length = user_chars < kShortText ? 0 : user_chars < kMiddleText ? 1 : 2;
  return (side ? 6u : 0u) + (first_turn ? 3u : 0u) + length;
}

TurnPlanner::TurnPlanner(const ReplayPrices& prices, const CacheRules& rules) {
  const auto rates = [&](const money::Price& price) {
    const auto write = rules.one_hour ? price.cache_write_1h : price.cache_write_5m;
    return Rates{static_cast<double>(price.input) * kDollarsPerToken,
                 static_cast<double>(write) * kDollarsPerToken,
                 static_cast<double>(price.cache_read) * kDollarsPerToken,
                 static_cast<double>(price.output) * kDollarsPerToken};
  };
  verify_ = rates(prices.verify);
  draft_ = rates(prices.draft);
  came_back_.fill({1, 5});
}

double TurnPlanner::run_cost(const Run& run, const Rates& rates, double fresh) {
  if (run.calls <= 0) return 0;
  const double later_reads =
      std::max(0.0, (run.calls - 1) * (run.prompt + run.grown / 2) - run.again);
  return (run.readable + later_reads) * rates.read +
         (run.prompt - run.readable + run.grown + run.again) * fresh + run.output * rates.output;
}

double TurnPlanner::verify_run(const Run& run) const {
  return run_cost(run, verify_, verify_.write);
}

double TurnPlanner::draft_run(const Run& run) const {
  return run_cost(run, draft_, draft_.input);
}

double TurnPlanner::worth_of_warm_cache(std::size_t turn_class, double tokens) const {
  return came_back_[turn_class].value() * tokens * (verify_.write - verify_.read);
}

double TurnPlanner::verify_cost(const TurnStart& start, const TurnShape& shape) const {
  const auto prompt = static_cast<double>(start.prompt);
  const double end = prompt + shape.grown;
  const double run = verify_run({shape.calls, prompt, static_cast<double>(start.verify_readable),
                                 shape.grown, shape.verify_again, shape.output});
  // The draft model would have to catch up at the next turn.
  const double lag = end - static_cast<double>(start.draft_readable);
  return run + another_turn_.value() * lag * (draft_.input - draft_.read) -
         worth_of_warm_cache(start.turn_class, end);
}

double TurnPlanner::draft_cost(const TurnStart& start, const TurnShape& shape) const {
  const auto prompt = static_cast<double>(start.prompt);
  const auto draft_readable = static_cast<double>(start.draft_readable);
  // Of the verify model's cache, as much is left when it is called as there is now.
  const auto warm = static_cast<double>(start.verify_readable);
  // The part of the turn behind the call at which the verify model comes in.
  const double comes_in = shape.handed_at >= 0 ? shape.handed_at : std::ceil(shape.calls / 2);
  const double before = comes_in / std::max(1.0, shape.calls), behind = 1 - before;
  const double verify_part =
      verify_run({shape.calls - comes_in, prompt + shape.grown * before, warm, shape.grown * behind,
                  shape.verify_again * behind, shape.output * behind}) -
      (shape.calls > comes_in ? worth_of_warm_cache(start.turn_class, prompt + shape.grown) : 0);
  if (shape.handed_at >= 0)
    return verify_part + draft_run({comes_in, prompt, draft_readable, shape.grown * before,
                                    shape.draft_again * before, shape.output * before});
  const double digest =
      std::min({static_cast<double>(kDigestTokensMax), prompt + shape.grown,
                static_cast<double>(kDigestFrameTokens) + shape.grown + shape.last_output});
  return draft_run(
             {shape.calls, prompt, draft_readable, shape.grown, shape.draft_again, shape.output}) +
         digest * verify_.input + static_cast<double>(kVerdictTokens) * verify_.output +
         rejected_.value() * verify_part;
}

bool TurnPlanner::draft_drives(const TurnStart& start) const {
  const auto& shapes = shapes_[start.turn_class];
  if (shapes.empty()) return draft_cost(start, {}) <= verify_cost(start, {});
  double saved = 0;
  for (const TurnShape& shape : shapes)
    saved += verify_cost(start, shape) - draft_cost(start, shape);
  return saved >= 0;
}

bool TurnPlanner::judge_on_cache(const TurnEnd& end) const {
  const auto readable = static_cast<double>(end.verify_readable);
  const auto prompt = static_cast<double>(end.prompt);
  const double on_digest = static_cast<double>(end.digest) * verify_.input;
  const double on_cache = readable * verify_.read + (prompt - readable) * verify_.write +
                          static_cast<double>(end.last_output) * verify_.input;
  // What a warm cache is worth: to a rejected turn's redone calls, and to the next turn.
  const auto redo = static_cast<double>(end.redo_prompt);
  const double for_redo =
      rejected_.value() * std::max(0.0, redo - readable) * (verify_.write - verify_.read);
  const double for_next = (1 - rejected_.value()) *
                          worth_of_warm_cache(end.turn_class, std::max(0.0, prompt - readable));
  return on_cache - for_redo - for_next < on_digest;
}

bool TurnPlanner::mark_single_call(std::size_t turn_class) const {
  return came_back_[turn_class].value() * (verify_.write - verify_.read) >=
         verify_.write - verify_.input;
}

void TurnPlanner::learn_shape(std::size_t turn_class, const TurnShape& shape) {
  auto& shapes = shapes_[turn_class];
  if (shapes.size() < kRemembered) return shapes.push_back(shape);
  std::size_t& next = next_[turn_class];
  shapes[next] = shape;
  next = (next + 1) % kRemembered;
}

void TurnPlanner::learn_verdict(bool rejected) {
  rejected_.learn(rejected);
}

void TurnPlanner::learn_next(std::size_t turn_class, bool verify_came_back) {
  another_turn_.learn(true);
  came_back_[turn_class].learn(verify_came_back);
}

void TurnPlanner::learn_end() {
  another_turn_.learn(false);
}

}  // namespace rlm::lab
