#include "account/labels_of.hpp"

#include <algorithm>

namespace rlm::account {
namespace {

using quality::is_bad;
using quality::Label;
using quality::LabelSource;

/// `label` with the probability of its draw.
Label drawn(Label label, double probability, const LabelSources& sources) {
  label.probability = probability;
  // Where nothing is audited, every answer has this label's chance.
  const double share = sources.audit_share(label.class_name);
  label.least_probability = share > 0 ? std::min(share, probability) : probability;
  return label;
}

}  // namespace

std::optional<Label> own_label(const ExchangeRecord& record, const LabelSources& sources) {
  if (record.class_name.empty()) return std::nullopt;
  if (record.occasion == Occasion::Client) {
    const auto bad = record.plan == Plan::DraftVerify ? is_bad(record.verdict) : std::nullopt;
    // A verdict that served several exchanges was given once.
    const bool asked =
        std::any_of(record.calls.begin(), record.calls.end(),
                    [](const CallRecord& call) { return call.role == CallRole::Verify; });
    if (!bad || !asked) return std::nullopt;
    return drawn({record.started, record.class_name, record.id, LabelSource::Verdict, *bad}, 1,
                 sources);
  }
  const auto bad = is_bad(record.judgement);
  if (!bad || record.sampled_ppm <= 0) return std::nullopt;
  const double probability = std::min(1.0, static_cast<double>(record.sampled_ppm) * 1e-6);
  return drawn({record.started, record.class_name, record.follows, LabelSource::Audit, *bad},
               probability, sources);
}

std::optional<Label> outcome_label(const ExchangeRecord& record, const LabelSources& sources) {
  if (record.failed_draft.empty()) return std::nullopt;
  const std::string class_name = sources.class_of(record.failed_draft);
  if (class_name.empty()) return std::nullopt;
  return drawn({record.started, class_name, record.failed_draft, LabelSource::Outcome, true}, 1,
               sources);
}

}  // namespace rlm::account
