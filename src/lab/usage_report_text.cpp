#include "lab/replay_report.hpp"
#include "lab/statistics.hpp"
#include "lab/table.hpp"
#include "lab/usage_report.hpp"

namespace rlm::lab {
namespace {

std::string money(NanoUsd amount) {
  return dollars(amount.dollars(), 4);
}

std::string share_of(double part, double whole) {
  return whole == 0 ? "-" : percent(part / whole);
}

std::string time_text(const std::vector<double>& values, double q) {
  return values.empty() ? "-" : milliseconds(quantile(values, q));
}

std::string verdicts_text(const UsageReport& report) {
  Table table(
      {"verdict", "exchanges", "", "cost", "all-direct", "saved", "p50", "p95", "first byte p50"});
  for (int i = 0; i < kVerdictCount; ++i) {
    const auto verdict = static_cast<Verdict>(i);
    const auto& of = report.of(verdict);
    if (of.exchanges == 0) continue;
    const NanoUsd saved = of.baseline - of.cost;
    table.add({std::string(name_of(verdict)), grouped(of.exchanges),
               share_of(static_cast<double>(of.exchanges), static_cast<double>(report.exchanges())),
               money(of.cost), money(of.baseline), money(saved), time_text(of.duration_ms, .5),
               time_text(of.duration_ms, .95), time_text(of.first_byte_ms, .5)});
  }
  return table.text();
}

std::string models_text(const UsageReport& report) {
  Table table(
      {"model", "calls", "failed", "input tokens", "from the cache", "output tokens", "cost"});
  for (const auto& [name, of] : report.models())
    table.add(
        {name, grouped(of.calls), grouped(of.failed), grouped(of.usage.prompt()),
         share_of(static_cast<double>(of.usage.cache_read), static_cast<double>(of.usage.prompt())),
         grouped(of.usage.output), money(of.cost)});
  return table.text();
}

std::string counts_text(std::string_view what, const std::map<std::string, std::int64_t>& counts) {
  if (counts.empty()) return {};
  Table table({std::string(what), "times"});
  for (const auto& [name, count] : counts) table.add({name, grouped(count)});
  return "\n" + table.text();
}

std::string shadow_text(const UsageReport::OfShadow& shadow) {
  if (shadow.drawn == 0) return {};
  std::string text =
      "Shadow: " + grouped(shadow.drawn) + " exchanges were tried beside their answer (cost " +
      money(shadow.cost) +
      "). Weighed by how likely each was to be drawn, what was tried would have cost " +
      dollars(shadow.would_cost, 2) + " instead of " + dollars(shadow.would_baseline, 2) + ".";
  if (shadow.judged > 0) {
    const auto agreed = static_cast<std::size_t>(shadow.agreed);
    const auto judged = static_cast<std::size_t>(shadow.judged);
    const Interval interval = wilson(agreed, judged);
    text += " Of " + grouped(shadow.judged) +
            " drafts that it would have delivered unseen, the verify model would have left " +
            percent(static_cast<double>(agreed) / static_cast<double>(judged)) + " as they were [" +
            percent(interval.low) + ", " + percent(interval.high) + "].";
  }
  return "\n" + wrapped(text);
}

std::string ttl_text(const TtlAdvice& ttl) {
  std::string text;
  for (const auto& [model, figures] : ttl.by_model()) {
    const NanoUsd saved = figures.saved();
    const bool pays = saved.value > 0;
    text += wrapped(
        "- " + model + ": " + grouped(figures.calls) + " calls wrote prompts for five minutes (" +
        money(figures.paid) + "); " + grouped(figures.lapsed) +
        " of them came five minutes to an hour after the one before. With one-hour writes: " +
        money(figures.with_one_hour) +
        (pays ? ". Ask for `ttl: \"1h\"` where your client lets you."
              : ". Five minutes are right."));
  }
  return text.empty() ? text : "\nLife of prompt caches\n" + text;
}

}  // namespace

std::string usage_report(const std::string& name, const UsageReport& report) {
  const std::string head = "Ledger " + name + "\n";
  if (report.exchanges() == 0) return head + "No exchange of a client in this time.\n";
  const NanoUsd saved = report.baseline() - report.cost();
  std::string text =
      grouped(report.exchanges()) + " exchanges in " +
      decimal(static_cast<double>(report.last().value - report.first().value) / 3'600'000, 1) +
      " hours: " + money(report.cost()) + " spent, " + money(report.baseline()) +
      " if every one had gone to the verify model with a warm cache of its own; saved " +
      money(saved) + " (" + share_of(saved.dollars(), report.baseline().dollars()) + ")";
  if (report.aside_cost().value > 0)
    text += ", " + money(report.aside_cost()) + " of the spent for work that no client waited for";
  if (report.estimated_calls() > 0)
    text += ". " + grouped(report.estimated_calls()) +
            " calls ended before they told their usage: " + money(report.estimated_cost()) + " (" +
            share_of(report.estimated_cost().dollars(), report.cost().dollars()) +
            ") of the spent is estimated";
  text = head + wrapped(text + ". Draft use " + percent(report.draft_use()) + ".");
  text += "\n" + verdicts_text(report) + "\n" + models_text(report);
  text += counts_text("why drafts were not delivered, and what failed", report.causes());
  text +=
      counts_text("prompt prefixes that changed while they were cached", report.prefix_changes());
  return text + shadow_text(report.shadow()) + ttl_text(report.ttl());
}

}  // namespace rlm::lab
