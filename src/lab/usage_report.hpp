#pragma once
// What a ledger says of a time: verdicts, money, speed, causes, and what to change.

#include <array>
#include <map>
#include <string>
#include <vector>

#include "domain/exchange_record.hpp"
#include "lab/class_evidence.hpp"
#include "lab/ttl_advice.hpp"
#include "lab/what_if_report.hpp"

namespace rlm::lab {

/// Fed a ledger's exchanges, the newest first.
class UsageReport {
 public:
  /// `rates`: the prices of the configuration that wrote the ledger; must outlive the report.
  explicit UsageReport(money::RateBook& rates) : ttl_(rates) {}

  void add(const ExchangeRecord& record);

  struct OfVerdict {
    std::int64_t exchanges = 0;
    NanoUsd cost;
    NanoUsd baseline;
    std::vector<double> first_byte_ms;
    std::vector<double> duration_ms;
  };
  struct OfModel {
    std::int64_t calls = 0;
    std::int64_t failed = 0;
    Usage usage;
    NanoUsd cost;
  };
  /// What a policy would have done with the exchanges that were drawn, each weighed by how likely
  /// it was to be.
  struct OfShadow {
    std::int64_t drawn = 0;
    double would_cost = 0;  // dollars
    double would_baseline = 0;
    std::int64_t judged = 0;  // drafts that would have been delivered unseen, with a judgement
    std::int64_t agreed = 0;
    NanoUsd cost;  // of trying it
  };

  std::int64_t exchanges() const { return exchanges_; }
  UnixMs first() const { return first_; }
  UnixMs last() const { return last_; }
  const OfVerdict& of(Verdict verdict) const {
    return verdicts_[static_cast<std::size_t>(verdict)];
  }
  const std::map<std::string, OfModel>& models() const { return models_; }
  /// Words of the reasons of exchanges that fell back or failed, or whose prefix changed.
  const std::map<std::string, std::int64_t>& causes() const { return causes_; }
  const std::map<std::string, std::int64_t>& prefix_changes() const { return prefix_changes_; }
  const OfShadow& shadow() const { return shadow_; }
  /// Of work off the clients' path, the shadow's too.
  NanoUsd aside_cost() const { return aside_cost_; }
  /// Calls that ended before they told their usage, and what they are estimated to have cost.
  std::int64_t estimated_calls() const { return estimated_calls_; }
  NanoUsd estimated_cost() const { return estimated_cost_; }
  const TtlAdvice& ttl() const { return ttl_; }
  /// Everything: what was spent, and what direct would have cost.
  NanoUsd cost() const;
  NanoUsd baseline() const;
  /// (SKIPPED + VALIDATED + ACCEPTED) / drafted exchanges (paper: 88.8 %); 0 for none.
  double draft_use() const;

 private:
  void add_causes(const ExchangeRecord& record);
  void add_shadow(const ExchangeRecord& record);

  std::int64_t exchanges_ = 0;
  std::int64_t drafted_ = 0;
  UnixMs first_, last_;
  std::array<OfVerdict, kVerdictCount> verdicts_;
  std::map<std::string, OfModel> models_;
  std::map<std::string, std::int64_t> causes_;
  std::map<std::string, std::int64_t> prefix_changes_;
  OfShadow shadow_;
  NanoUsd aside_cost_;
  NanoUsd estimated_cost_;
  std::int64_t estimated_calls_ = 0;
  TtlAdvice ttl_;
};

std::string usage_report(const std::string& name, const UsageReport& report);

/// What is found beside the report's own figures.
struct UsageFindings {
  quality::TrustRules rules;
  std::map<std::string, ClassEvidence> classes;
  std::vector<NamedWhatIf> presets;
  std::string recommended_toml;
};
std::string usage_report_json(const std::string& name, const UsageReport& report,
                              const UsageFindings& findings = {});

}  // namespace rlm::lab
