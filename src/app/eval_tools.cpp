#include "app/eval_tools.hpp"

#include <algorithm>
#include <cstdio>

#include "app/eval_steps.hpp"
#include "app/pair_sets.hpp"
#include "base/clock.hpp"
#include "lab/table.hpp"
#include "lab/tool_faults.hpp"
#include "lab/tool_policy.hpp"

namespace rlm::app {
namespace {

std::string count_text(std::size_t count) {
  return std::to_string(count);
}

std::string rate_text(const lab::FaultCount& count) {
  if (count.injected == 0) return "-";
  return lab::percent(static_cast<double>(count.accepted) / static_cast<double>(count.injected), 2);
}

void print_faults(const std::vector<PairSet>& sets) {
  draft::ToolRules plain;
  plain.allows_write = true;
  draft::ToolRules counted = plain;
  counted.checks_count = true;
  lab::FaultCounts by_proof{};
  lab::FaultCounts by_count{};
  for (const PairSet& set : sets) {
    for (const lab::Pair& pair : set.pairs) {
      lab::count_faults(pair, plain, by_proof);
      lab::count_faults(pair, counted, by_count);
    }
  }
  std::puts("False accepts: one fault at a time in every step of every correct recorded answer\n");
  lab::Table table({"fault", "made", "accepted", "rate", "with the count check"});
  for (std::size_t i = 1; i < lab::kToolFaults; ++i)
    table.add({std::string(name_of(static_cast<lab::ToolFault>(i))),
               count_text(by_proof[i].injected), count_text(by_proof[i].accepted),
               rate_text(by_proof[i]), rate_text(by_count[i])});
  std::fputs(table.text().c_str(), stdout);
  std::printf("\nOf the same steps as recorded, %s are proven (%s with the count check).\n\n",
              rate_text(by_proof[0]).c_str(), rate_text(by_count[0]).c_str());
}

// One answer a pair: conversations of several turns cannot be continued by the other model here.
bool has_single_turns(const PairSet& set) {
  return std::all_of(set.pairs.begin(), set.pairs.end(), [](const lab::Pair& pair) {
    return pair.draft.turns.size() == 1 && pair.verify.turns.size() == 1 &&
           pair.later_turns.empty();
  });
}

void add_policies(lab::Table& table, const PairSet& set) {
  const auto& prices = money::PriceTable::built_in();
  const UnixMs now = system_clock().unix_ms();
  const auto* draft = prices.find(set.pairs[0].draft.model, now);
  const auto* verify = prices.find(set.pairs[0].verify.model, now);
  const auto all = lab::policy_point(set.pairs, lab::ToolPolicy::AllVerify, draft, verify);
  for (const auto policy : lab::kToolPolicies) {
    const auto point = lab::policy_point(set.pairs, policy, draft, verify);
    const auto share = [&point](double part) { return part / static_cast<double>(point.pairs); };
    table.add({policy == lab::ToolPolicy::AllVerify ? set.name : "", std::string(name_of(policy)),
               lab::percent(share(static_cast<double>(point.accepted))),
               lab::percent(share(point.correct)), lab::percent(point.correct / all.correct),
               point.dollars ? lab::percent(*point.dollars / *all.dollars) : "no price"});
  }
}

void print_policies(const std::vector<PairSet>& sets) {
  std::puts("Deliver proven draft calls, ask the verify model for the rest\n");
  lab::Table table({"set", "policy", "drafts used", "right", "of all-verify's", "of its cost"});
  for (const PairSet& set : sets)
    if (!set.pairs.empty() && has_single_turns(set)) add_policies(table, set);
  std::fputs(table.text().c_str(), stdout);
  std::fputs("\n", stdout);
  for (const char* note :
       {"Prices: the table compiled in, today's row, uncached; tokens as recorded, pairs without "
        "recorded tokens left out of the money of every policy. An escalated pair pays both "
        "models.",
        "The recorded tools are functions of unknown effect: risk class write, allowed here. "
        "Sets of several turns take part in the fault table only: the other model's continuation "
        "of a conversation was not recorded.",
        "The count check (docs/tool-calls.md) is the same for every set; it was chosen on open "
        "recordings of this kind, so read its figures as those of a development set."})
    std::fputs(lab::wrapped(note).c_str(), stdout);
}

}  // namespace

int eval_tools(const EvalOptions& options) {
  if (options.pairs_folder.empty()) return complain("eval tools needs --pairs FOLDER", 2);
  auto sets = read_pair_sets(options.pairs_folder, "bfcl");
  if (!sets) return complain(sets.error().message, 2);
  for (PairSet& set : *sets)
    std::erase_if(set.pairs, [](const lab::Pair& pair) { return pair.tools.empty(); });
  std::size_t pairs = 0;
  for (const PairSet& set : *sets) pairs += set.pairs.size();
  std::printf("%zu pairs with tools in %zu sets\n\n", pairs, sets->size());
  print_faults(*sets);
  print_policies(*sets);
  return 0;
}

}  // namespace rlm::app
