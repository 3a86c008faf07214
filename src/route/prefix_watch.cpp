#include "route/prefix_watch.hpp"

#include <algorithm>

#include "money/prompt_cache.hpp"

namespace rlm::route {
namespace {

/// Bytes of the prompt that lie before the first mark for which `is_behind` holds.
template <class IsBehind>
std::size_t bytes_before(const RequestFacts& facts, IsBehind is_behind) {
  std::size_t bytes = 0;
  for (const PrefixMark& mark : facts.prefix) {
    if (is_behind(mark)) break;
    bytes = mark.bytes;
  }
  return bytes;
}

}  // namespace

std::string PrefixChange::name() const {
  switch (part) {
    case Part::Tools:
      return "prefix_tools";
    case Part::System:
      return "prefix_system";
    case Part::Message:
      return "prefix_message_" + std::to_string(message);
  }
  return {};
}

PrefixWatch::Shape PrefixWatch::shape_of(const RequestFacts& facts) {
  Shape shape;
  bool one_hour = false;
  std::int32_t message = -1;
  for (std::size_t i = 0; i < facts.prefix.size(); ++i) {
    const PrefixMark& mark = facts.prefix[i];
    one_hour = one_hour || mark.one_hour;
    if (mark.message < 0) {
      if (i < facts.tool_count) shape.tools = mark.hash;
      shape.system = mark.hash;
      continue;
    }
    if (mark.message != message || shape.messages.empty()) {
      // Messages without a block have no mark: their place is filled by what stands before them.
      if (shape.messages.empty()) shape.first = mark.message;
      const auto wanted = static_cast<std::size_t>(mark.message - shape.first);
      shape.messages.resize(wanted, shape.messages.empty() ? 0 : shape.messages.back());
      shape.messages.push_back(mark.hash);
      message = mark.message;
    }
    shape.messages.back() = mark.hash;
  }
  if (shape.messages.size() > kMessagesMax) {
    const auto dropped = shape.messages.size() - kMessagesMax;
    shape.messages.erase(shape.messages.begin(),
                         shape.messages.begin() + static_cast<std::ptrdiff_t>(dropped));
    shape.first += static_cast<std::int32_t>(dropped);
  }
  shape.life_ms = one_hour ? money::PromptCache::kLongTtlMs : money::PromptCache::kShortTtlMs;
  return shape;
}

std::optional<PrefixChange> PrefixWatch::compare(const Shape& next,
                                                 const RequestFacts& facts) const {
  using Part = PrefixChange::Part;
  if (next.tools != last_.tools) return PrefixChange{Part::Tools, -1, facts.prompt_bytes};
  if (next.system != last_.system) {
    std::size_t number = 0;
    const std::size_t kept =
        bytes_before(facts, [&](const PrefixMark&) { return number++ >= facts.tool_count; });
    return PrefixChange{Part::System, -1, facts.prompt_bytes - kept};
  }
  const std::int32_t end = std::min(last_.count(), next.count());
  for (std::int32_t i = std::max(last_.first, next.first); i < end; ++i) {
    if (last_.messages[static_cast<std::size_t>(i - last_.first)] ==
        next.messages[static_cast<std::size_t>(i - next.first)])
      continue;
    if (i == 0 && next.count() <= last_.count()) return std::nullopt;
    const std::size_t kept =
        bytes_before(facts, [&](const PrefixMark& mark) { return mark.message >= i; });
    return PrefixChange{Part::Message, i, facts.prompt_bytes - kept};
  }
  return std::nullopt;
}

std::optional<PrefixChange> PrefixWatch::see(const RequestFacts& facts, UnixMs now) {
  Shape next = shape_of(facts);
  std::optional<PrefixChange> change;
  if (!last_.messages.empty() && !next.messages.empty() && now.value - seen_.value < last_.life_ms)
    change = compare(next, facts);
  last_ = std::move(next);
  seen_ = now;
  return change;
}

}  // namespace rlm::route
