#include "lab/ledger_check.hpp"
#include "lab/replay_report.hpp"
#include "lab/table.hpp"
#include "observe/json_builder.hpp"

namespace rlm::lab {

namespace {

std::vector<std::string> row_of(std::string_view name, const LedgerGroup& group) {
  const NanoUsd saved = group.baseline - group.cost;
  return {std::string(name),
          grouped(group.exchanges),
          grouped(group.calls),
          dollars(group.cost.dollars(), 6),
          dollars(group.baseline.dollars(), 6),
          dollars(saved.dollars(), 6),
          group.baseline.value == 0 ? "-" : percent(saved.dollars() / group.baseline.dollars()),
          grouped(group.dearer)};
}

void add_group(observe::JsonBuilder& json, std::string_view name, const LedgerGroup& group) {
  json.key(name).open('{').member("exchanges", group.exchanges).member("calls", group.calls);
  json.member("cost_usd", group.cost).member("baseline_usd", group.baseline);
  json.member("dearer_than_direct", group.dearer).close('}');
}

std::string differences_text(const LedgerCheck& check) {
  if (check.difference_count() == 0)
    return "Every call's cost and every exchange's sum comes out again to the last nano-dollar: " +
           dollars(check.recomputed().dollars(), 9) + ".\n";
  std::string out = grouped(check.difference_count()) + " figures do not come out again (" +
                    dollars(check.recomputed().dollars(), 9) + " recomputed against " +
                    dollars(check.total().cost.dollars(), 9) + " stored):\n";
  for (const LedgerDifference& each : check.differences())
    out += "- " + each.exchange +
           (each.call < 0 ? std::string() : ", call " + std::to_string(each.call + 1)) + ": " +
           each.what + ": stored " + dollars(each.stored.dollars(), 9) + ", recomputed " +
           dollars(each.recomputed.dollars(), 9) + '\n';
  const auto named = static_cast<std::int64_t>(check.differences().size());
  if (named < check.difference_count())
    out += "- and " + grouped(check.difference_count() - named) + " more\n";
  return out;
}

}  // namespace

std::string ledger_report(const std::string& name, const LedgerCheck& check) {
  Table table({"verdict", "exchanges", "calls", "cost", "all-direct", "saved", "", "dearer"});
  for (int i = 0; i < kVerdictCount; ++i) {
    const auto verdict = static_cast<Verdict>(i);
    if (check.of(verdict).exchanges > 0) table.add(row_of(name_of(verdict), check.of(verdict)));
  }
  for (int i = 0; i < kOccasionCount; ++i) {
    const auto occasion = static_cast<Occasion>(i);
    if (check.of(occasion).exchanges > 0) table.add(row_of(name_of(occasion), check.of(occasion)));
  }
  table.add(row_of("all", check.total()));
  std::string out = "Ledger " + name + "\n\n" + table.text() + '\n';
  if (!check.worst().empty()) {
    Table worst({"dearest against direct", "verdict", "cost", "all-direct", "calls"});
    for (const ExchangeRecord& record : check.worst())
      worst.add({record.id, std::string(name_of(record.verdict)), dollars(record.cost.dollars(), 6),
                 dollars(record.baseline.dollars(), 6), std::to_string(record.calls.size())});
    out += worst.text() + '\n';
  }
  out += differences_text(check);
  if (check.estimated_calls() > 0)
    out += grouped(check.estimated_calls()) + " calls ended before they told their usage: " +
           dollars(check.estimated_cost().dollars(), 6) + " of the cost is estimated.\n";
  return out;
}

std::string ledger_report_json(const std::string& name, const LedgerCheck& check,
                               const std::string& configurations) {
  observe::JsonBuilder json;
  json.open('{').member("ledger", name).key("verdicts").open('{');
  for (int i = 0; i < kVerdictCount; ++i)
    add_group(json, name_of(static_cast<Verdict>(i)), check.of(static_cast<Verdict>(i)));
  json.close('}').key("asides").open('{');
  for (int i = static_cast<int>(Occasion::Client) + 1; i < kOccasionCount; ++i)
    add_group(json, name_of(static_cast<Occasion>(i)), check.of(static_cast<Occasion>(i)));
  json.close('}');
  add_group(json, "all", check.total());
  json.member("recomputed_usd", check.recomputed());
  json.member("estimated_calls", check.estimated_calls());
  json.member("estimated_cost_usd", check.estimated_cost());
  json.member("difference_count", check.difference_count());
  json.key("differences").open('[');
  for (const LedgerDifference& each : check.differences()) {
    json.open('{').member("exchange", each.exchange);
    json.member("call", std::int64_t{each.call}).member("what", each.what);
    json.member("stored_usd", each.stored).member("recomputed_usd", each.recomputed).close('}');
  }
  json.close(']').key("configurations").raw(configurations).close('}');
  return json.take();
}

}  // namespace rlm::lab
