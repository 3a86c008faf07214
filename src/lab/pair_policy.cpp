#include "lab/pair_policy.hpp"

#include <map>
#include <numeric>

#include "lab/random_text.hpp"

namespace rlm::lab {
namespace {

/// The mean of what came lately.
struct Running {
  double mean = 0;
  double count = 0;
  void add(double value) {
    constexpr double kMemory = 100;
    count += 1;
    mean += (value - mean) / std::min(count, kMemory);
  }
};

/// What is known of a class: the screen, and what both ways are expected to cost and to risk.
struct ClassMemory {
  explicit ClassMemory(const quality::ScreenRules& rules) : screen(rules) {}
  quality::Screen screen;
  Running draft_cost;
  Running drafted_cost;   // of the whole drafted way
  Running answered_cost;  // of the verify model's own answer, where it gave one beside a draft …
  Running answered_draft_cost;  // … and of that draft
  Running comparing;            // cost of comparing a draft's calls with the verify model's own
  double comparisons = 0;       // … and how often that was bought
  Running suspicion;            // how likely its drafts are bad
  Running unseen_risk;          // … and delivered without a verdict

  /// Drafting saves nothing, or gives up more quality for it than a mixture of all-draft and
  /// all-verify would that costs the same.
  bool goes_direct() const {
    if (drafted_cost.count < kEnough || answered_cost.count < kAnswersMin) return false;
    // The verify model answers where drafts are bad, and those are longer than others: their costs
    // are taken in proportion.
    const double per_draft = answered_cost.mean / answered_draft_cost.mean;
    const double direct_cost = draft_cost.mean * per_draft;
    if (!(direct_cost > 0)) return false;
    const double saving = 1 - drafted_cost.mean / direct_cost;
    const double draft_saving = 1 - draft_cost.mean / direct_cost;
    return saving <= 0 || unseen_risk.mean * draft_saving > suspicion.mean * saving;
  }

  void add_answer(const PairCase& one) {
    answered_cost.add(one.cost.verify);
    answered_draft_cost.add(one.cost.draft);
  }

  static constexpr double kEnough = 30;
  static constexpr double kAnswersMin = 10;
};

bool is_worse(const PairCase& one) {
  return one.draft_right < one.verify_right;
}
/// What a perfect verdict rewrites: it cannot know that its own answer will be wrong too.
bool is_rewritten(const PairCase& one) {
  return is_worse(one) || one.draft_right <= 0;
}

class Serving {
 public:
  Serving(const PairRules& rules, std::uint64_t seed) : rules_(rules), random_(seed) {}

  Served serve(const PairCase& one) {
    switch (rules_.kind) {
      case PairRules::Kind::AllVerify:
        return direct(one);
      case PairRules::Kind::AllDraft:
        return unseen(one, one.cost.draft);
      case PairRules::Kind::Paper:
        if (one.paper_direct) return direct(one);
        if (one.refused) return after_draft(one);
        return one.paper_verifies ? verified(one, judged(is_rewritten(one)))
                                  : unseen(one, one.cost.draft);
      case PairRules::Kind::Screened:
        break;
    }
    return screened(one);
  }

 private:
  static Served direct(const PairCase& one) { return {one.verify_right, one.cost.verify, 1, 0}; }
  /// The draft was paid for nothing.
  static Served after_draft(const PairCase& one) {
    return {one.verify_right, one.cost.draft + one.cost.verify, 1, 0};
  }
  static Served unseen(const PairCase& one, double dollars) {
    return {one.draft_right, dollars, 0, is_worse(one) ? 1.0 : 0.0};
  }
  static Served verified(const PairCase& one, bool called_bad) {
    const double read = one.cost.draft + one.cost.verdict;
    if (called_bad) return {one.verify_right, read + one.cost.rewrite_output, 1, 0};
    return {one.draft_right, read, 1, 0};
  }
  /// A judgement that is `truth` as often as verdicts are right.
  bool judged(bool truth) { return (random_.uniform() < rules_.verdict_accuracy) == truth; }

  Served screened(const PairCase& one) {
    auto& memory = memories_.try_emplace(one.class_name, rules_.screen).first->second;
    const bool is_direct = rules_.may_go_direct && memory.goes_direct();
    if (is_direct && random_.uniform() >= rules_.screen.explore_share) return direct(one);
    return drafted(one, memory, is_direct);
  }

  /// `is_direct`: a draft of a class that goes direct, made only to learn of it.
  Served drafted(const PairCase& one, ClassMemory& memory, bool is_direct) {
    if (one.refused) {
      memory.draft_cost.add(one.cost.draft);
      memory.drafted_cost.add(one.cost.draft + one.cost.verify);
      memory.add_answer(one);
      memory.suspicion.add(1);
      memory.unseen_risk.add(0);
      return after_draft(one);
    }
    const auto look = memory.screen.look(one.measures);
    remember(one, look, memory);
    const double probability = is_direct ? 1 : look.verify_probability;
    if (random_.uniform() >= probability) return unseen(one, one.cost.draft);
    const bool learns_only = rules_.checks == PairRules::Checks::Cheaper &&
                             (is_direct || memory.suspicion.count < ClassMemory::kEnough);
    if (!may_judge(one) || (!learns_only && compares(one, look.suspicion)))
      return answered(one, memory, probability);
    const bool called_bad = judged(is_rewritten(one));
    memory.screen.learn(one.measures, called_bad, probability);
    if (called_bad) memory.add_answer(one);
    return verified(one, called_bad);
  }

  bool may_judge(const PairCase& one) const {
    return one.has_verdict || rules_.calls == PairRules::Calls::Verdicts;
  }

  /// The verify model's own answer beside the draft.
  Served answered(const PairCase& one, ClassMemory& memory, double probability) {
    memory.add_answer(one);
    Served served = after_draft(one);
    if (may_judge(one) || rules_.calls == PairRules::Calls::OwnAnswers) {
      const bool by_code = may_judge(one) && one.same_answer;
      const bool called_worse = by_code ? !*one.same_answer : judged(is_worse(one));
      memory.screen.learn(one.measures, called_worse, probability);
      return served;
    }
    constexpr double kAllComparedFirst = 20;
    constexpr double kComparedShare = .2;
    const double share = memory.comparisons < kAllComparedFirst ? 1 : kComparedShare;
    const bool buys = !*one.same_answer && random_.uniform() < share;
    memory.comparing.add(buys ? one.cost.comparison : 0);
    if (*one.same_answer) memory.screen.learn(one.measures, false, probability);
    if (!buys) return served;
    memory.comparisons += 1;
    const bool called_worse = judged(is_worse(one));
    memory.screen.learn(one.measures, called_worse, probability * share);
    served.dollars += one.cost.comparison;
    if (!called_worse) served.right = one.draft_right;
    return served;
  }

  void remember(const PairCase& one, const quality::Screen::Look& look, ClassMemory& memory) const {
    const double checked = !may_judge(one) || compares(one, look.suspicion)
                               ? one.cost.verify + memory.comparing.mean
                               : one.cost.verdict + look.suspicion * one.cost.rewrite_output;
    memory.draft_cost.add(one.cost.draft);
    memory.drafted_cost.add(one.cost.draft + look.verify_probability * checked);
    memory.suspicion.add(look.suspicion);
    memory.unseen_risk.add(look.suspicion * (1 - look.verify_probability));
  }

  /// Whether the verify model is better asked for its own answer than for a verdict: where that is
  /// cheaper and code can compare the two.
  bool compares(const PairCase& one, double suspicion) const {
    if (rules_.checks != PairRules::Checks::Cheaper)
      return rules_.checks == PairRules::Checks::OwnAnswers;
    return one.same_answer && one.priced &&
           one.cost.verdict + suspicion * one.cost.rewrite_output > one.cost.verify;
  }

  const PairRules& rules_;
  Random random_;
  std::map<std::string, ClassMemory> memories_;
};

}  // namespace

std::vector<Served> serve_pairs(const std::vector<PairCase>& cases, const PairRules& rules,
                                std::uint64_t seed) {
  std::vector<std::size_t> order(cases.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  Random shuffle(seed);
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[shuffle.below(i)]);
  Serving serving(rules, seed + 1);
  std::vector<Served> served(cases.size());
  for (const std::size_t i : order) served[i] = serving.serve(cases[i]);
  return served;
}

}  // namespace rlm::lab
