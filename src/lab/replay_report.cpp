#include "lab/replay_report.hpp"

#include <algorithm>

#include "lab/table.hpp"

namespace rlm::lab {

namespace {

std::string price_text(std::int64_t micro_dollars) {
  std::string text = decimal(static_cast<double>(micro_dollars) * 1e-6, 6);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string prices_line(const ReplayConfig& config) {
  const money::Price& v = config.prices.verify;
  const money::Price& d = config.prices.draft;
  return "Prices in $/MTok: verify " + price_text(v.input) + " in, " + price_text(v.cache_read) +
         " read, " + price_text(v.cache_write_5m) +
         " written (1 h: " + price_text(v.cache_write_1h) + "), " + price_text(v.output) +
         " out; draft " + price_text(d.input) + " in, " + price_text(d.cache_read) + " hit, " +
         price_text(d.output) + " out.";
}

std::string rejected_text(const ReplayRow& row) {
  return judges(row.policy) ? decimal(row.rejected_per_mille / 10.0, 0) + " %" : "-";
}

std::string drawn_text(const std::vector<double>& drawn) {
  if (drawn.empty()) return "-";
  const auto [low, high] = std::minmax_element(drawn.begin(), drawn.end());
  double sum = 0;
  for (const double each : drawn) sum += each;
  return percent(sum / static_cast<double>(drawn.size())) + " [" + decimal(*low * 100, 1) + "-" +
         decimal(*high * 100, 1) + "]";
}

std::string cost_table(const ReplayQuestion& question, const ReplayStudy& study) {
  Table table({"policy", "rejected", "cost", "of all-verify",
               "by chance, " + std::to_string(question.draws) + " draws", "drafted calls",
               "verify calls", "verdicts"});
  for (const ReplayRow& row : study.rows) {
    table.add({std::string(name_of(row.policy)), rejected_text(row), dollars(row.cost.dollars(), 0),
               percent(row.share), drawn_text(row.drawn),
               grouped(row.outcome.bill.calls(Purpose::Draft)),
               grouped(row.outcome.bill.verify_answers()),
               grouped(row.outcome.bill.calls(Purpose::Verdict))});
  }
  return table.text();
}

std::string purpose_table(const ReplayQuestion& question, const ReplayStudy& study) {
  Table table({"where it goes, % of all-verify", "rejected", "draft", "verify", "hand-over",
               "verdicts", "redone", "keep-alive"});
  for (const ReplayRow& row : study.rows) {
    std::vector<std::string> cells = {std::string(name_of(row.policy)), rejected_text(row)};
    for (std::size_t i = 0; i < kPurposeCount; ++i) {
      const NanoUsd part = row.outcome.bill.cost(static_cast<Purpose>(i), question.config.prices);
      cells.push_back(
          part.value == 0 ? "-" : decimal(part.dollars() / study.baseline.dollars() * 100, 1));
    }
    table.add(std::move(cells));
  }
  return table.text();
}

const ReplayRow* row_of(const ReplayStudy& study, ReplayPolicy policy, int rejected) {
  for (const ReplayRow& row : study.rows)
    if (row.policy == policy && (row.rejected_per_mille == rejected || !judges(policy)))
      return &row;
  return nullptr;
}

/// Empty when there is no planner to compare.
std::string planner_table(const ReplayQuestion& question, const ReplayStudy& study) {
  Table table({"planner against, points of all-verify", "rejected", "mean", "range"});
  bool any = false;
  for (const int rejected : question.rejected_per_mille) {
    const ReplayRow* planner = row_of(study, ReplayPolicy::Planner, rejected);
    if (planner == nullptr) continue;
    for (const ReplayPolicy policy : question.policies) {
      const ReplayRow* other = row_of(study, policy, rejected);
      if (policy == ReplayPolicy::Planner || policy == ReplayPolicy::AllDraft || other == nullptr)
        continue;
      const Difference gain = difference(*planner, *other);
      table.add({std::string(name_of(policy)), rejected_text(*planner),
                 signed_percent(gain.mean, 2),
                 "[" + signed_percent(gain.low, 2) + ", " + signed_percent(gain.high, 2) + "]"});
      any = true;
    }
  }
  return any ? table.text() : std::string();
}

std::string cache_advice(const CacheFigures& cache) {
  const auto line = [](const std::string& text) { return wrapped("- " + text, 110); };
  const auto verb = [](double saved) -> std::string { return saved >= 0 ? " saves " : " costs "; };
  const auto size = [](double share) { return percent(share < 0 ? -share : share); };
  return "Cache advice, where the verify model serves everything:\n" +
         line("Prefixes that change within the TTL: " + grouped(cache.changes) +
              " calls wrote again what was cached; that is " + percent(cache.changes_cost) +
              " of the bill. Another " + grouped(cache.compactions) +
              " shortened the prompt (compaction, rewind): " + percent(cache.compactions_cost) +
              ".") +
         line("A 1-hour TTL" + verb(cache.one_hour_saves) + size(cache.one_hour_saves) + ".") +
         line("Keep-alive reads after 270 s, at most two per idle spell (" +
              grouped(cache.keep_alives) + " reads, those behind a session's last call included)" +
              verb(cache.keep_alive_saves) + size(cache.keep_alive_saves) + ".");
}

}  // namespace

std::string grouped(std::int64_t value) {
  const std::string text = milliseconds(static_cast<double>(value));
  return text.substr(0, text.find(' '));
}

std::vector<std::string> replay_assumptions(const ReplayQuestion& question) {
  const CacheRules& rules = question.config.verify_cache;
  const int errors = question.config.errors_to_hand_over;
  const std::string handing = errors == 0
                                  ? "The draft model keeps the wheel whatever its tools answer."
                                  : "After " + std::to_string(errors) +
                                        " tool errors in a turn the verify model serves the rest.";
  return {
      "All calls are priced at the two models above, whatever model really ran; both count tokens "
      "alike and write as much as was logged.",
      std::string("The verify model's cache is written with the ") +
          (rules.one_hour ? "1-hour" : "5-minute") + " TTL" +
          (rules.keep_alive ? ", kept alive by a read after each 270 s of an idle spell, twice at "
                              "most"
                            : "") +
          "; 100 % is the verify model alone with the 5-minute TTL and no keep-alive. The draft "
          "model's cache never expires within a session.",
      "A prefix that the log shows as changed is lost to both models; a cache that had only "
      "expired "
      "keeps it.",
      "paper: every call of an agent carries tools, so its rule drafts none.",
      "verdict_each: each draft is read behind the whole prompt; a rejected one is written anew.",
      "cached_verdict: one verdict at the end of a user turn (a user's text alone begins one) on "
      "the whole prompt, written to the cache; a rejected last answer is written anew.",
      "digest, planner: a user turn begins also where tool results stand beside the text. " +
          handing +
          " Otherwise one verdict on min(15,000, prompt, 3,000 + growth + last answer) uncached "
          "tokens; of a rejected turn the last half of the calls is served once more by the verify "
          "model.",
      "planner: who drives, and a digest or a cached verdict, is chosen per turn from the caches' "
      "states and from what turns of the same class were like so far.",
      "hindsight: the cheapest of the planner's choices for each turn by itself, known afterwards; "
      "later "
      "turns are not looked at.",
      "Rejected: in the column \"of all-verify\" every n-th judged answer, as in the reference "
      "figures; by chance in the draws. Policies with equal turns meet the same rejections in "
      "both.",
  };
}

std::string replay_report(const ReplayQuestion& question, const ReplayStudy& study) {
  std::string out = wrapped(question.sessions + ": " + grouped(study.counts.calls) +
                                " model calls in " + grouped(study.counts.turns) +
                                " user turns of " + grouped(study.threads) + " threads.",
                            110) +
                    wrapped(prices_line(question.config), 110) +
                    "All-verify: " + dollars(study.baseline.dollars(), 2) + "\n\n" +
                    cost_table(question, study) + '\n' + purpose_table(question, study) + '\n';
  const std::string gains = planner_table(question, study);
  if (!gains.empty()) out += gains + '\n';
  out += cache_advice(study.cache) + "\nAssumed:\n";
  for (const std::string& each : replay_assumptions(question)) out += wrapped("- " + each, 110);
  return out;
}

}  // namespace rlm::lab
