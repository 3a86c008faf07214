#include "lab/class_evidence.hpp"

#include <algorithm>

#include "lab/other_plan.hpp"
#include "lab/replay_report.hpp"
#include "lab/statistics.hpp"
#include "lab/table.hpp"
#include "quality/label.hpp"

namespace rlm::lab {
namespace {

const std::string& class_of(const ExchangeRecord& record) {
  return record.class_name.empty() ? record.kind : record.class_name;
}

/// What an exchange says of a draft of its class.
struct Said {
  const ExchangeRecord* record = nullptr;  // whose draft it was
  bool refused = false;
  std::optional<bool> bad;
  std::int64_t drawn_ppm = 0;  // 0: by no chance that others of its class did not have
};

std::vector<Said> said_by(const RecordedExchange& exchange) {
  std::vector<Said> said;
  const ExchangeRecord& client = *exchange.client;
  const bool drafted = client.plan != Plan::Direct && client.plan != Plan::Shadow;
  if (drafted && client.verdict != Verdict::Failed) {
    Said one{&client, client.verdict == Verdict::Fallback, quality::is_bad(client.verdict)};
    if (exchange.audit != nullptr)  // also of a draft that was proven and held back
      one = {exchange.audit, false, quality::is_bad(exchange.audit->judgement)};
    said.push_back(one);
  }
  if (const ExchangeRecord* tried = exchange.shadow) {
    Said one{tried, tried->verdict == Verdict::Fallback, std::nullopt, tried->sampled_ppm};
    if (!one.refused) one.bad = quality::is_bad(tried->judgement);
    said.push_back(one);
  }
  return said;
}

void add_label(ClassEvidence& evidence, bool bad, double weight) {
  evidence.trust.add(bad, weight);
  // A bound costs ten microseconds: some hundred points draw the line.
  constexpr std::int64_t kPoints = 100;
  constexpr std::int64_t kFirst = 20;  // before it the bound is next to 1 and hides the rest
  const std::int64_t n = evidence.labels();
  if (n >= kFirst && n % std::max<std::int64_t>(1, n / kPoints) == 0)
    evidence.bounds.emplace_back(static_cast<double>(n), evidence.trust.bound().upper());
}

std::string standing_text(const ClassEvidence& evidence, const quality::TrustRules& rules) {
  if (evidence.is_proven()) return "proven";
  if (is_refuted(evidence, rules.bad_rate_max)) return "worse than allowed";
  const auto more = labels_to_trust(evidence);
  return more ? "needs " + grouped(*more) + " more, none bad" : "cannot be proven";
}

}  // namespace

std::map<std::string, ClassEvidence> evidence_of(const std::vector<RecordedExchange>& exchanges,
                                                 const quality::TrustRules& rules) {
  std::map<std::string, std::int64_t> least_ppm;
  for (const RecordedExchange& exchange : exchanges)
    for (const Said& said : said_by(exchange)) {
      if (said.drawn_ppm <= 0) continue;
      auto& least = least_ppm.try_emplace(class_of(*said.record), said.drawn_ppm).first->second;
      least = std::min(least, said.drawn_ppm);
    }
  std::map<std::string, ClassEvidence> classes;
  for (const RecordedExchange& exchange : exchanges)
    for (const Said& said : said_by(exchange)) {
      const std::string& name = class_of(*said.record);
      if (name.empty()) continue;
      ClassEvidence& evidence = classes.try_emplace(name, rules).first->second;
      ++evidence.drafts;
      evidence.refused += said.refused ? 1 : 0;
      if (!said.bad) continue;
      const double weight = said.drawn_ppm <= 0 ? 1
                                                : static_cast<double>(least_ppm[name]) /
                                                      static_cast<double>(said.drawn_ppm);
      add_label(evidence, *said.bad, weight);
    }
  return classes;
}

std::optional<std::int64_t> labels_to_trust(const ClassEvidence& evidence) {
  constexpr std::int64_t kMost = 100'000;
  quality::ClassTrust trust = evidence.trust;
  for (std::int64_t more = 0; more <= kMost; ++more) {
    if (trust.state() == quality::Trust::Trusted) return more;
    trust.add(false);
  }
  return std::nullopt;
}

bool is_refuted(const ClassEvidence& evidence, double bad_rate_max) {
  const auto bad = static_cast<std::size_t>(evidence.bad());
  return wilson(bad, static_cast<std::size_t>(evidence.labels())).low > bad_rate_max;
}

std::string evidence_text(const std::map<std::string, ClassEvidence>& classes,
                          const quality::TrustRules& rules) {
  if (classes.empty()) return {};
  Table table({"class", "drafts", "refused", "labels", "bad", "bad at most (95 %)",
               "of " + percent(rules.bad_rate_max)});
  for (const auto& [name, evidence] : classes)
    table.add({name, grouped(evidence.drafts), grouped(evidence.refused),
               grouped(evidence.labels()), grouped(evidence.bad()),
               evidence.labels() == 0 ? "-" : percent(evidence.trust.bound().upper()),
               standing_text(evidence, rules)});
  return table.text();
}

}  // namespace rlm::lab
