#pragma once
// A conversation's next request repeats almost all of the one before: what was read once is
// compared by its hash, and only what is new is read.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "wire/anthropic_request.hpp"
#include "wire/body_chunks.hpp"

namespace rlm::wire {

/// Reads requests, and remembers of the last ones where their settled messages end and what was
/// known there: hashes, facts and prefix marks, no prompt. One thread.
class SeenRequests {
 public:
  struct Config {
    std::size_t body_bytes_min = 16u << 10;  // a smaller one is read as fast as compared
    std::size_t entries_max = 64;
    std::size_t entry_bytes_max = 192u << 10;  // of what is remembered of one request
  };

  SeenRequests() : SeenRequests(Config{}) {}
  explicit SeenRequests(const Config& config);

  /// Says what read_request_facts(body, index, limits, false) says, errors included. `limits` are
  /// the same in every call. Bodies are compared by hashes of 128 bits with a secret of this
  /// object's own, and only with those of the same `owner` (the client's credential, of which a
  /// hash is kept; all who send none are one): whoever found two bodies of one hash could deceive
  /// none but those who share his credential. One byte of `body` is overwritten meanwhile.
  Result<RequestFacts> read(Buffer& body, std::string_view owner, JsonIndex& index,
                            const JsonLimits& limits);

  /// How many requests were compared instead of read whole.
  std::uint64_t repeated() const { return repeated_; }

 private:
  /// A place between two messages of which those before it are settled.
  struct Place {
    std::size_t comma = 0;        // that parts them
    std::size_t behind = 0;       // bytes from the closing bracket of messages to the body's end
    std::array<char, 16> edge{};  // the bytes before the comma
    bool may_be_in(std::string_view body) const;
  };
  struct Entry {
    Place place;
    Digest owner{};
    std::vector<Digest> front;              // of the bytes before the comma, chunk by chunk
    std::vector<Digest> back;               // of the bytes behind the messages
    std::unique_ptr<MessageReader> reader;  // as it stood at the comma; null: nothing was noted
  };
  struct Compared;

  void note(Entry& entry, std::string_view body, const MessageReader& reader,
            std::size_t next) const;
  static void complete(Entry& entry, Compared& compared);
  bool find(Compared& compared);
  std::optional<RequestFacts> read_the_rest(Buffer& body, Compared& compared, JsonIndex& index,
                                            const JsonLimits& limits);

  Config config_;
  DigestSecret secret_;
  std::vector<Entry> entries_;  // the last used one first
  std::uint64_t repeated_ = 0;
};

}  // namespace rlm::wire
