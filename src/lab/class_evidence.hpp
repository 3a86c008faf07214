#pragma once
// What the verify model has said of each class's drafts, and how sure that makes us.

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lab/ledger_history.hpp"
#include "quality/trust.hpp"

namespace rlm::lab {

struct ClassEvidence {
  explicit ClassEvidence(const quality::TrustRules& rules)
      : trust(rules, quality::Trust::Probation) {}

  std::int64_t drafts = 0;                        // made for clients or beside them
  std::int64_t refused = 0;                       // … that guard or proof would not let pass
  quality::ClassTrust trust;                      // as if nothing had been presumed
  std::vector<std::pair<double, double>> bounds;  // so many labels, the bound after them

  std::int64_t labels() const { return trust.bound().labels(); }
  std::int64_t bad() const { return trust.bound().bad(); }
  bool is_proven() const { return trust.state() == quality::Trust::Trusted; }
};

/// By the records' class, or the request's kind where they have none. Labels are verdicts before
/// delivery, audits after it and the judgements of shadows, in the order of time; one that was
/// likelier than others of its class counts less.
std::map<std::string, ClassEvidence> evidence_of(const std::vector<RecordedExchange>& exchanges,
                                                 const quality::TrustRules& rules);

/// Further labels, none of them bad, until the class is proven; nothing when 100,000 are not
/// enough.
std::optional<std::int64_t> labels_to_trust(const ClassEvidence& evidence);

/// Whether the labels say, at 95 %, that the class is worse than it may be.
bool is_refuted(const ClassEvidence& evidence, double bad_rate_max);

std::string evidence_text(const std::map<std::string, ClassEvidence>& classes,
                          const quality::TrustRules& rules);

}  // namespace rlm::lab
