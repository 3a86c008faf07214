#include "store/restore_trust.hpp"

#include <algorithm>
#include <map>

namespace rlm::store {

Result<RestoredTrust> restore_trust(LabelStore& store, quality::TrustBook& book) {
  RestoredTrust restored;
  const auto name_damage = [&restored](const std::string& what) {
    ++restored.damaged;
    if (restored.named.size() < RestoredTrust::kNamedMax) restored.named.push_back(what);
  };
  const auto standings = store.standings();
  if (!standings) return fail(standings.error());
  // All of it is read before any of it counts.
  std::vector<std::pair<std::int64_t, quality::Label>> labels;
  const auto read = store.read(
      0,
      [&labels](std::int64_t number, const quality::Label& label) {
        labels.emplace_back(number, label);
      },
      name_damage);
  if (!read) return fail(read.error());

  restored.upto = *read;
  std::map<std::string, std::int64_t> upto;
  for (const ClassStanding& standing : *standings) {
    restored.upto = std::max(restored.upto, standing.upto);  // its labels may be forgotten
    if (const auto taken = book.restore(standing.class_name, standing.snapshot); !taken) {
      name_damage("standing of " + taken.error().message);
      continue;
    }
    upto[standing.class_name] = standing.upto;
    ++restored.standings;
  }
  for (const auto& [number, label] : labels) {
    const auto counted = upto.find(label.class_name);
    if (counted != upto.end() && number <= counted->second) continue;
    if (const auto added = book.add(label); !added)
      name_damage("label " + std::to_string(number) + ": " + added.error().message);
    else
      ++restored.labels;
  }
  return restored;
}

Result<void> keep_trust(LabelStore& store, const quality::TrustBook& book, std::int64_t upto) {
  std::vector<ClassStanding> standings;
  for (auto& [name, snapshot] : book.snapshot())
    standings.push_back({name, upto, std::move(snapshot)});
  return store.keep(standings);
}

}  // namespace rlm::store
