#include "quality/trust_book.hpp"

#include <mutex>

namespace rlm::quality {

Standing TrustBook::standing_of(std::string_view class_name) const {
  if (!is_known()) return {};
  {
    const std::shared_lock lock(mutex_);
    const auto found = classes_.find(class_name);
    if (found != classes_.end()) return {found->second.state(), found->second.audit_share()};
    if (classes_.size() >= kClassesMax) return {};
  }
  const Beginning beginning = beginning_of_(class_name);
  return {beginning.start, beginning.start == Trust::Trusted ? beginning.rules.audit_share : 1};
}

Result<std::optional<TrustBook::Change>> TrustBook::add(const Label& label) {
  if (const auto why = why_unsound(label))
    return fail(ErrorKind::BadRequest, Source::Self,
                "label of exchange " + label.exchange + ": " + *why);
  const std::unique_lock lock(mutex_);
  auto found = classes_.find(label.class_name);
  if (found == classes_.end()) {
    if (classes_.size() >= kClassesMax)
      return fail(ErrorKind::BadRequest, Source::Self,
                  "label of exchange " + label.exchange + ": more than " +
                      std::to_string(kClassesMax) + " classes");
    const Beginning beginning = beginning_of_(label.class_name);
    found = classes_.emplace(label.class_name, ClassTrust(beginning.rules, beginning.start)).first;
  }
  const Trust before = found->second.state();
  const auto after = found->second.add(label.bad, label.weight());
  if (!after) return std::nullopt;
  return Change{label.class_name, before, *after};
}

std::vector<ClassReport> TrustBook::report() const {
  const std::shared_lock lock(mutex_);
  std::vector<ClassReport> reports;
  for (const auto& [name, trust] : classes_)
    reports.push_back({name,
                       {trust.state(), trust.audit_share()},
                       trust.rules(),
                       trust.is_presumed(),
                       trust.bound().upper(),
                       trust.bound().labels(),
                       trust.bound().bad(),
                       trust.demotions()});
  return reports;
}

std::vector<std::pair<std::string, std::string>> TrustBook::snapshot() const {
  const std::shared_lock lock(mutex_);
  std::vector<std::pair<std::string, std::string>> all;
  for (const auto& [name, trust] : classes_) all.emplace_back(name, trust.snapshot());
  return all;
}

Result<void> TrustBook::restore(const std::string& class_name, std::string_view snapshot) {
  auto trust = ClassTrust::restore(beginning_of_(class_name).rules, snapshot);
  if (!trust)
    return fail(ErrorKind::BadRequest, Source::Self,
                "class " + class_name + ": " + trust.error().message);
  const std::unique_lock lock(mutex_);
  if (classes_.size() >= kClassesMax && !classes_.contains(class_name))
    return fail(ErrorKind::BadRequest, Source::Self,
                "class " + class_name + ": more than " + std::to_string(kClassesMax) + " classes");
  classes_.insert_or_assign(class_name, *trust);
  return {};
}

}  // namespace rlm::quality
