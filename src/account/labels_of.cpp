#include "account/labels_of.hpp"

#include <algorithm>

namespace rlm::account {
namespace {

using quality::is_bad;
using quality::Label;
using quality::LabelSource;

Label label_of(const ExchangeRecord& record, LabelSource source, bool bad, double probability,
               const LabelSources& sources) {
  Label label;
  label.time = record.started;
  label.class_name = record.class_name;
  label.source = source;
  label.bad = bad;
  label.probability = probability;
  // Where nothing is audited, every answer has this label's chance.
  const double share = sources.audit_share(record.class_name);
  label.least_probability = share > 0 ? std::min(share, probability) : probability;
  return label;
}

}  // namespace

std::optional<Label> own_label(const ExchangeRecord& record, const LabelSources& sources) {
  if (record.class_name.empty()) return std::nullopt;
  if (record.occasion == Occasion::Client) {
    const auto bad = record.plan == Plan::DraftVerify ? is_bad(record.verdict) : std::nullopt;
    if (!bad) return std::nullopt;
    Label label = label_of(record, LabelSource::Verdict, *bad, 1, sources);
    label.exchange = record.id;
    return label;
  }
  const auto bad = is_bad(record.judgement);
  if (!bad || record.sampled_ppm <= 0) return std::nullopt;
  const double probability = std::min(1.0, static_cast<double>(record.sampled_ppm) * 1e-6);
  Label label = label_of(record, LabelSource::Audit, *bad, probability, sources);
  label.exchange = record.follows;
  return label;
}

std::optional<Label> outcome_label(const ExchangeRecord& record, const LabelSources& sources) {
  if (record.failed_draft.empty()) return std::nullopt;
  ExchangeRecord before;
  before.started = record.started;
  before.class_name = sources.class_of(record.failed_draft);
  if (before.class_name.empty()) return std::nullopt;
  Label label = label_of(before, LabelSource::Outcome, true, 1, sources);
  label.exchange = record.failed_draft;
  return label;
}

}  // namespace rlm::account
