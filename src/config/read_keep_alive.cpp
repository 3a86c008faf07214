#include "config/read_keep_alive.hpp"

namespace rlm::config {

exchange::KeepAlivePolicy read_keep_alive(TableReader& in, Mistakes& mistakes) {
  exchange::KeepAlivePolicy policy;
  const auto* table = in.table("keep_alive");
  if (table == nullptr) return policy;
  TableReader keep(*table, in.path_of("keep_alive"), mistakes);
  keep.read("enabled", policy.enabled);
  std::int64_t reads = policy.per_idle_spell_max;
  keep.read("per_idle_spell_max", reads, 1, 8);
  policy.per_idle_spell_max = static_cast<int>(reads);
  auto sessions = static_cast<std::int64_t>(policy.sessions_max);
  keep.read("sessions_max", sessions, 1, 100'000);
  policy.sessions_max = static_cast<std::size_t>(sessions);
  auto bytes = static_cast<std::int64_t>(policy.bytes_max);
  keep.read("bytes_max", bytes, 1, 1LL << 36);
  policy.bytes_max = static_cast<std::size_t>(bytes);
  keep.finish();
  return policy;
}

}  // namespace rlm::config
