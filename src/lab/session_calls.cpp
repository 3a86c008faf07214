#include "lab/session_calls.hpp"

#include <algorithm>

namespace rlm::lab {

namespace {

constexpr double kShortTtlS = 300, kLongTtlS = 3600;
/// A provider's clock and ours differ a little: this much of a TTL counts as all of it.
constexpr double kExpiredShare = 0.98;
/// A prompt that reads this much of what it could read has kept its prefix.
constexpr double kKeptShare = 0.9;
/// A prompt that shrank below this share was compacted or rewound: its cache did not just expire.
constexpr double kSamePromptShare = 0.8;
/// Tokens at the end of a prompt that are not shared: the next turn's frame.
constexpr Tokens kFrameTokens = 3;

double logged_ttl_s(const SessionThread& thread) {
  Tokens short_marks = 0, long_marks = 0;
  for (const SessionCall& call : thread.calls) {
    short_marks += call.cache_write_5m;
    long_marks += call.cache_write_1h;
  }
  return long_marks > short_marks ? kLongTtlS : kShortTtlS;
}

}  // namespace

void find_shared_prefixes(SessionThread& thread) {
  auto& calls = thread.calls;
  std::stable_sort(calls.begin(), calls.end(),
                   [](const auto& a, const auto& b) { return a.end_s < b.end_s; });
  if (calls.empty()) return;
  calls.front().shared = calls.front().cache_read;
  const double ttl_s = logged_ttl_s(thread);
  for (std::size_t i = 1; i < calls.size(); ++i) {
    const SessionCall& previous = calls[i - 1];
    SessionCall& call = calls[i];
    const Tokens most = std::min(previous.prompt(), call.prompt());
    const double gap_s = call.start_s - previous.end_s;
    const bool same_prompt = static_cast<double>(call.prompt()) >=
                             kSamePromptShare * static_cast<double>(previous.prompt());
    call.within_ttl = gap_s <= kExpiredShare * ttl_s;
    if (static_cast<double>(call.cache_read) >= kKeptShare * static_cast<double>(most)) {
      call.shared = call.cache_read;
    } else if (!call.within_ttl && same_prompt) {
      call.shared = std::max<Tokens>(0, most - kFrameTokens);
    } else {
      call.shared = call.cache_read;
      call.prefix_broke = true;
    }
  }
}

std::string_view name_of(SessionSource source) {
  switch (source) {
    case SessionSource::ClaudeCode:
      return "claude_code";
    case SessionSource::Codex:
      return "codex";
    case SessionSource::OpenCode:
      return "opencode";
  }
  return "";
}

}  // namespace rlm::lab
