#include "lab/replay_policy.hpp"

#include <array>
#include <tuple>

#include "lab/rejections.hpp"
#include "lab/turn_planner.hpp"
#include "lab/turn_rules.hpp"

namespace rlm::lab {

namespace {

constexpr std::array<std::pair<std::string_view, ReplayPolicy>, kReplayPolicyCount> kNames = {
    {{"all_verify", ReplayPolicy::AllVerify},
     {"paper", ReplayPolicy::Paper},
     {"verdict_each", ReplayPolicy::VerdictEach},
     {"cached_verdict", ReplayPolicy::CachedVerdict},
     {"digest", ReplayPolicy::DigestVerdict},
     {"planner", ReplayPolicy::Planner},
     {"hindsight", ReplayPolicy::Hindsight},
     {"all_draft", ReplayPolicy::AllDraft}}};

/// One policy over all threads.
class Replay {
 public:
  Replay(const ReplayConfig& config, ReplayPolicy policy)
      : config_(config),
        policy_(policy),
        rejections_(config.rejected_per_mille, config.seed),
        planner_(config.prices, config.verify_cache) {}

  void run(const std::vector<SessionThread>& threads) {
    for (const SessionThread& thread : threads) {
      thread_ = &thread;
      verify_ = VerifyCache(config_.verify_cache, thread.first_read());
      draft_ = DraftCache();
      last_ = {};
      const TurnStartRule rule = policy_ == ReplayPolicy::CachedVerdict
                                     ? TurnStartRule::UserText
                                     : TurnStartRule::UserTextOrMixed;
      each_turn(thread, rule, [&](Turn turn) { run_turn(turn); });
      if (last_.known) planner_.learn_end();
      verify_.finish(outcome_.bill);
      ++thread_index_;
    }
  }

  const ReplayOutcome& outcome() const { return outcome_; }

 private:
  /// How a drafted turn went.
  struct Drafted {
    std::size_t calls = 0;  // that the draft model served
    bool handed_over = false;
  };
  /// How to serve a turn.
  enum class Way { Digest, CachedVerdict, Verify };
  /// The planner's turn before.
  struct LastTurn {
    bool known = false;
    std::size_t turn_class = 0;
    double end_s = 0;
  };

  void see(const SessionCall& call) {
    verify_.see(call);
    draft_.see(call);
  }

  void run_turn(Turn turn) {
    ++outcome_.counts.turns;
    outcome_.counts.calls += static_cast<std::int64_t>(turn.size());
    switch (policy_) {
      case ReplayPolicy::AllVerify:
      case ReplayPolicy::Paper:  // every call of an agent carries tools
        return verify_drives(turn);
      case ReplayPolicy::VerdictEach:
        for (std::size_t i = 0; i < turn.size(); ++i) verdict_on(turn.subspan(i, 1));
        return;
      case ReplayPolicy::CachedVerdict:
        return cached_verdict_turn(turn);
      case ReplayPolicy::DigestVerdict:
      case ReplayPolicy::Planner:
      case ReplayPolicy::Hindsight:
        // A turn that is handed over is never judged.
        rejected_ = !would_hand_over(turn) && draw_rejection(turn.front());
        if (policy_ == ReplayPolicy::DigestVerdict) return serve(turn, Way::Digest);
        return policy_ == ReplayPolicy::Planner ? planned_turn(turn) : best_turn(turn);
      case ReplayPolicy::AllDraft:
        for (const SessionCall& call : turn) {
          see(call);
          draft_.serve(call, outcome_.bill);
        }
        return;
    }
  }

  bool hands_over(int errors) const {
    return config_.errors_to_hand_over > 0 && errors >= config_.errors_to_hand_over;
  }

  void verify_drives(Turn turn) {
    for (const SessionCall& call : turn) {
      see(call);
      verify_.serve(call, call.output, Purpose::Verify, outcome_.bill);
    }
  }

  /// Whether what begins here would be rejected if it were judged: decided before anybody chooses a
  /// driver, so that policies meet the same luck.
  bool draw_rejection(const SessionCall& first) {
    return rejections_.next(thread_index_,
                            static_cast<std::size_t>(&first - thread_->calls.data()));
  }

  bool judge() {
    ++outcome_.counts.judged;
    outcome_.counts.rejected += rejected_ ? 1 : 0;
    return rejected_;
  }

  bool would_hand_over(Turn turn) const {
    int errors = 0;
    for (const SessionCall& call : turn.first(turn.size() - 1)) errors += call.tool_error ? 1 : 0;
    return hands_over(errors);
  }

  // The verdict reads the draft behind the prompt; a rejecting one goes on to write the answer.
  void verdict_on(Turn one) {
    const SessionCall& call = one.front();
    see(call);
    draft_.serve(call, outcome_.bill);
    rejected_ = draw_rejection(call);
    const bool rejected = judge();
    verify_.serve(call, kVerdictTokens + (rejected ? call.output : 0), Purpose::Verdict,
                  outcome_.bill);
    add_uncached(call.output);
  }

  // As the reference model counts it: the draft's own text is not paid at the verdict.
  void cached_verdict_turn(Turn turn) {
    for (const SessionCall& call : turn) {
      see(call);
      draft_.serve(call, outcome_.bill);
    }
    rejected_ = draw_rejection(turn.front());
    const bool rejected = judge();
    verify_.serve(turn.back(), kVerdictTokens + (rejected ? turn.back().output : 0),
                  Purpose::Verdict, outcome_.bill);
    ++outcome_.counts.cached_verdicts;
  }

  Drafted draft_drives(Turn turn) {
    Drafted drafted;
    int errors = 0;
    for (const SessionCall& call : turn) {
      see(call);
      if (hands_over(errors)) {
        drafted.handed_over = true;
        verify_.serve(call, call.output, Purpose::HandOver, outcome_.bill);
      } else {
        ++drafted.calls;
        draft_.serve(call, outcome_.bill);
      }
      errors += call.tool_error ? 1 : 0;
    }
    outcome_.counts.handed_over += drafted.handed_over ? 1 : 0;
    return drafted;
  }

  void digest_verdict(Turn turn) {
    Usage usage;
    usage.input = digest_tokens(turn);
    usage.output = kVerdictTokens;
    outcome_.bill.add(Purpose::Verdict, usage);
  }

  void cached_verdict(Turn turn) {
    ++outcome_.counts.cached_verdicts;
    verify_.serve(turn.back(), kVerdictTokens, Purpose::Verdict, outcome_.bill);
    add_uncached(turn.back().output);
  }

  // Belongs to a call that is counted already.
  void add_uncached(Tokens tokens) {
    Usage usage;
    usage.input = tokens;
    outcome_.bill.add_to_last(Purpose::Verdict, usage);
  }

  void redo(Turn turn, bool mark) {
    for (const SessionCall& call : turn.subspan(first_redone(turn.size())))
      verify_.serve(call, call.output, Purpose::Redo, outcome_.bill, mark);
  }

  void planned_turn(Turn turn) {
    const std::size_t turn_class =
        TurnPlanner::class_of(thread_->side, !last_.known, turn.front().user_chars);
    see_first(turn.front());
    const TurnStart start{turn_class, turn.front().prompt(), first_verify_.readable(turn.front()),
                          first_draft_.readable(turn.front())};
    if (planner_.draft_drives(start)) {
      const double verify_start_s = planned_draft(turn, turn_class);
      // Only what made the verify model necessary counts: a turn that it was given because its
      // cache was warm would keep it there.
      if (last_.known)
        planner_.learn_next(
            last_.turn_class,
            verify_start_s >= 0 && verify_start_s - last_.end_s <= config_.verify_cache.ttl_s());
    } else {
      ++outcome_.counts.verify_turns;
      verify_drives(turn);
    }
    learn(turn, turn_class);
  }

  // Tries each way to serve the turn and keeps the cheapest; the next turns are not looked at.
  void best_turn(Turn turn) {
    struct State {
      VerifyCache verify;
      DraftCache draft;
      ReplayOutcome outcome;
    };
    const State before{verify_, draft_, outcome_};
    std::optional<State> best;
    for (const auto way : {Way::Digest, Way::CachedVerdict, Way::Verify}) {
      std::tie(verify_, draft_, outcome_) = std::tie(before.verify, before.draft, before.outcome);
      serve(turn, way);
      if (!best || outcome_.bill.cost(config_.prices) < best->outcome.bill.cost(config_.prices))
        best = State{verify_, draft_, outcome_};
    }
    std::tie(verify_, draft_, outcome_) = std::tie(best->verify, best->draft, best->outcome);
  }

  void serve(Turn turn, Way way) {
    if (way == Way::Verify) {
      ++outcome_.counts.verify_turns;
      return verify_drives(turn);
    }
    if (draft_drives(turn).handed_over) return;
    way == Way::Digest ? digest_verdict(turn) : cached_verdict(turn);
    if (judge()) redo(turn, true);
  }

  // The driver is chosen before the turn's first call is served, but when its prompt is known.
  void see_first(const SessionCall& call) {
    first_verify_ = verify_;
    first_draft_ = draft_;
    first_verify_.see(call);
    first_draft_.see(call);
  }

  /// When the verify model first answered in this turn; negative: never.
  double planned_draft(Turn turn, std::size_t turn_class) {
    const Drafted drafted = draft_drives(turn);
    if (drafted.handed_over) return turn[drafted.calls].start_s;
    const std::size_t redone = first_redone(turn.size());
    TurnEnd end;
    end.turn_class = turn_class;
    end.prompt = turn.back().prompt();
    end.redo_prompt = redone < turn.size() ? turn[redone].prompt() : 0;
    end.verify_readable = verify_.readable(turn.back());
    end.digest = digest_tokens(turn);
    end.last_output = turn.back().output;
    if (planner_.judge_on_cache(end)) {
      cached_verdict(turn);
    } else {
      digest_verdict(turn);
    }
    const bool rejected = judge();
    planner_.learn_verdict(rejected);
    if (!rejected || redone == turn.size()) return -1;
    const bool single = turn.size() - redone == 1;
    redo(turn, !single || planner_.mark_single_call(turn_class));
    return turn[redone].start_s;
  }

  void learn(Turn turn, std::size_t turn_class) {
    TurnShape shape;
    shape.calls = static_cast<double>(turn.size());
    shape.grown = static_cast<double>(grown_in(turn));
    shape.last_output = static_cast<double>(turn.back().output);
    shape.output = 0;
    int errors = 0;
    for (std::size_t i = 0; i < turn.size(); ++i) {
      if (hands_over(errors) && shape.handed_at < 0) shape.handed_at = static_cast<double>(i);
      shape.output += static_cast<double>(turn[i].output);
      errors += turn[i].tool_error ? 1 : 0;
      if (i > 0) add_paid_again(turn[i - 1], turn[i], shape);
    }
    planner_.learn_shape(turn_class, shape);
    last_ = {true, turn_class, turn.back().end_s};
  }

  void add_paid_again(const SessionCall& previous, const SessionCall& call,
                      TurnShape& shape) const {
    const Tokens most = std::min(previous.prompt(), call.prompt());
    const Tokens kept = std::min(most, call.shared);
    const bool expired = call.start_s - previous.end_s > config_.verify_cache.ttl_s();
    shape.draft_again += static_cast<double>(most - kept);
    shape.verify_again += static_cast<double>(expired ? most : most - kept);
  }

  const ReplayConfig& config_;
  ReplayPolicy policy_;
  Rejections rejections_;
  bool rejected_ = false;
  TurnPlanner planner_;
  ReplayOutcome outcome_;
  const SessionThread* thread_ = nullptr;
  std::size_t thread_index_ = 0;
  VerifyCache verify_{{}, 0}, first_verify_{{}, 0};
  DraftCache draft_, first_draft_;
  LastTurn last_;
};

}  // namespace

std::string_view name_of(ReplayPolicy policy) {
  for (const auto& [name, value] : kNames)
    if (value == policy) return name;
  return "";
}

std::optional<ReplayPolicy> replay_policy_named(std::string_view name) {
  for (const auto& [known, value] : kNames)
    if (known == name) return value;
  return std::nullopt;
}

bool judges(ReplayPolicy policy) {
  return policy != ReplayPolicy::AllVerify && policy != ReplayPolicy::Paper &&
         policy != ReplayPolicy::AllDraft;
}

ReplayOutcome replay(const std::vector<SessionThread>& threads, ReplayPolicy policy,
                     const ReplayConfig& config) {
  Replay run(config, policy);
  run.run(threads);
  return run.outcome();
}

}  // namespace rlm::lab
