#include "config/read_shadow.hpp"

#include <limits>

namespace rlm::config {
namespace {

constexpr std::string_view kShadow = "shadow";

std::vector<std::string> policy_names() {
  std::vector<std::string> names;
  for (const auto preset : route::kPresets) names.emplace_back(route::name_of(preset));
  names.emplace_back(kShadow);
  return names;
}

}  // namespace

void read_preset(TableReader& in, exchange::Cascade& cascade, Mistakes& mistakes) {
  if (const auto policy = in.read_choice("policy", policy_names())) {
    cascade.shadow.serves_all = *policy == route::kPresets.size();
    cascade.policy.preset =
        cascade.shadow.serves_all ? route::RoutePolicy::Preset::Balanced : route::kPresets[*policy];
  }
  const auto* table = in.table(kShadow);
  if (table == nullptr) return;
  TableReader shadow(*table, in.path_of(kShadow), mistakes);
  shadow.read("share", cascade.shadow.share, 0, 1);
  shadow.read("usd_per_day", cascade.shadow.usd_per_day);
  auto seed = static_cast<std::int64_t>(cascade.shadow.seed);
  shadow.read("seed", seed, 0, std::numeric_limits<std::int64_t>::max());
  cascade.shadow.seed = static_cast<std::uint64_t>(seed);
  shadow.read("judge_unseen", cascade.shadow.judges_unseen);
  auto bytes = static_cast<std::int64_t>(cascade.shadow.answer_bytes_max);
  shadow.read("answer_bytes_max", bytes, 0, 64LL << 20);
  cascade.shadow.answer_bytes_max = static_cast<std::size_t>(bytes);
  shadow.finish();
}

}  // namespace rlm::config
