#pragma once
// Notices when a conversation's prompt no longer begins as the one before it did, and names the
// place: a provider's cache is lost from there on (cascade.md §3).

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/units.hpp"
#include "domain/request.hpp"

namespace rlm::route {

struct PrefixChange {
  enum class Part : std::uint8_t { Tools, System, Message };
  Part part = Part::Tools;
  std::int32_t message = -1;   // index of the first changed one, of a Message
  std::size_t bytes_lost = 0;  // of this prompt, from the changed part on

  /// "prefix_tools", "prefix_system", "prefix_message_3".
  std::string name() const;
  friend bool operator==(const PrefixChange&, const PrefixChange&) = default;
};

/// The last prompt of one conversation, as hashes; at most 256 messages of it. One thread, or
/// behind a lock.
class PrefixWatch {
 public:
  /// What changed since the last prompt, if that is no older than its cache can live; nothing when
  /// this one continues it, begins another conversation (its first message is new and it has not
  /// grown), or is a rewound one. Remembers this prompt.
  std::optional<PrefixChange> see(const RequestFacts& facts, UnixMs now);

 private:
  static constexpr std::size_t kMessagesMax = 256;
  struct Shape {
    std::uint64_t tools = 0;              // running hash at the end of the tools; 0: none
    std::uint64_t system = 0;             // at the end of the system prompt
    std::int32_t first = 0;               // index of messages.front()
    std::vector<std::uint64_t> messages;  // at each message's end
    std::int64_t life_ms = 0;
    std::int32_t count() const { return first + static_cast<std::int32_t>(messages.size()); }
  };
  static Shape shape_of(const RequestFacts& facts);
  std::optional<PrefixChange> compare(const Shape& next, const RequestFacts& facts) const;

  Shape last_;
  UnixMs seen_;
};

}  // namespace rlm::route
