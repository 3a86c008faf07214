#pragma once
// What an exchange's record says about the quality of drafts.

#include <functional>
#include <optional>
#include <string>

#include "domain/exchange_record.hpp"
#include "quality/label.hpp"

namespace rlm::account {

/// What labels rest on besides the record.
struct LabelSources {
  /// With which the class's answers are labelled now (quality::Standing).
  std::function<double(const std::string& class_name)> audit_share;
  /// The class of an earlier exchange; empty when it is not known any more.
  std::function<std::string(const std::string& exchange)> class_of;
};

/// The label that the record carries of its own draft, when it carries one:
/// - a client's verdict before delivery: ACCEPTED is good, REPAIRED and ENHANCED are bad; not one
///   that another exchange had asked for;
/// - a shadow or an audit that came to a judgement on a draft that was delivered or would have
///   been: "same", "equal" and "accepted" are good, the others are bad.
/// What was forced, refused by code, or broken off says nothing.
std::optional<quality::Label> own_label(const ExchangeRecord& record, const LabelSources& sources);

/// The label of the exchange before, one of whose drafted tool calls came back as an error. Only
/// bad ones come of it, so they lift a class's bound and never lower it.
std::optional<quality::Label> outcome_label(const ExchangeRecord& record,
                                            const LabelSources& sources);

}  // namespace rlm::account
