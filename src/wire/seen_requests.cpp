#include "wire/seen_requests.hpp"

#include <algorithm>
#include <cstring>
#include <random>
#include <span>
#include <utility>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace rlm::wire {

#ifdef RLM_XXHASH_DISPATCH
// See prefix_chain.cpp.
extern "C" XXH128_hash_t XXH3_128bits_withSecret_dispatch(const void* input, std::size_t length,
                                                          const void* secret,
                                                          std::size_t secret_length);
#else
constexpr auto XXH3_128bits_withSecret_dispatch = XXH3_128bits_withSecret;
#endif

/// Of one body; each chunk is hashed once, when it is first asked for, whatever it is compared
/// with.
class SeenRequests::Digests {
 public:
  Digests(std::string_view body, const Secret& secret) : body_(body), secret_(secret) {}

  std::string_view body() const { return body_; }
  Digest of(std::string_view bytes) const {
    const XXH128_hash_t hash = XXH3_128bits_withSecret_dispatch(bytes.data(), bytes.size(),
                                                                secret_.data(), secret_.size());
    return {hash.low64, hash.high64};
  }
  /// Of the first `bytes`: one for each whole chunk, and one for the rest.
  std::vector<Digest> up_to(std::size_t bytes) {
    const auto whole = whole_chunks(bytes);
    std::vector<Digest> all(whole.begin(), whole.end());
    all.push_back(of(body_.substr(whole.size() * kChunk, bytes % kChunk)));
    return all;
  }
  bool begin_with(const std::vector<Digest>& others, std::size_t bytes) {
    const auto whole = whole_chunks(bytes);
    return std::memcmp(whole.data(), others.data(), whole.size_bytes()) == 0 &&
           of(body_.substr(whole.size() * kChunk, bytes % kChunk)) == others.back();
  }

 private:
  static constexpr std::size_t kChunk = 4096;

  std::span<const Digest> whole_chunks(std::size_t bytes) {
    const std::size_t count = bytes / kChunk;
    chunks_.reserve(count);
    while (chunks_.size() < count)
      chunks_.push_back(of(body_.substr(chunks_.size() * kChunk, kChunk)));
    return {chunks_.data(), count};
  }

  std::string_view body_;
  const Secret& secret_;
  std::vector<Digest> chunks_;
};

namespace {

/// Makes the rest of an array, which begins with a comma, a whole one.
class OpenedRest {
 public:
  OpenedRest(Buffer& body, std::size_t comma) : comma_(body.data()[comma]) { comma_ = '['; }
  ~OpenedRest() { comma_ = ','; }
  OpenedRest(const OpenedRest&) = delete;
  OpenedRest& operator=(const OpenedRest&) = delete;

 private:
  char& comma_;
};

}  // namespace

SeenRequests::SeenRequests(const Config& config) : config_(config) {
  std::random_device random;
  for (unsigned char& byte : secret_) byte = static_cast<unsigned char>(random());
}

bool SeenRequests::Place::may_be_in(std::string_view body) const {
  return comma + behind < body.size() && body[comma] == ',' &&
         std::memcmp(body.data() + comma - edge.size(), edge.data(), edge.size()) == 0;
}

void SeenRequests::note(Entry& entry, std::string_view body, const MessageReader& reader,
                        std::size_t next) const {
  // Only white space and the comma stand before a message that is not the first.
  const std::size_t comma = body.find_last_not_of(" \t\n\r", next - 1);
  Place& place = entry.place;
  if (body[comma] != ',' || comma < place.edge.size()) return;
  if (reader.memory_bytes() > config_.entry_bytes_max) return;
  place.comma = comma;
  place.behind = body.size() - reader.facts().messages_end;
  std::memcpy(place.edge.data(), body.data() + comma - place.edge.size(), place.edge.size());
  entry.reader = std::make_unique<MessageReader>(reader);
}

/// True when the body repeats what is now the first entry.
bool SeenRequests::find(Digests& digests, std::uint64_t owner) {
  const std::string_view body = digests.body();
  const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    const Place& place = entry.place;
    return entry.owner == owner && place.may_be_in(body) &&
           digests.begin_with(entry.front, place.comma) &&
           digests.of(body.substr(body.size() - place.behind)) == entry.back;
  });
  if (found == entries_.end()) return false;
  std::rotate(entries_.begin(), found, found + 1);
  return true;
}

/// Nothing when the whole must be read: to say what is wrong with the new messages, or because none
/// of them is the user's.
std::optional<RequestFacts> SeenRequests::read_the_rest(Buffer& body, Digests& digests,
                                                        JsonIndex& index,
                                                        const JsonLimits& limits) {
  Entry& known = entries_.front();
  const std::size_t comma = known.place.comma;
  const std::size_t end = body.size() - known.place.behind;
  const auto growth = static_cast<std::ptrdiff_t>(end - known.reader->facts().messages_end);
  JsonLimits inside = limits;
  inside.depth_max -= 1;  // the body's own braces
  Entry next;
  std::optional<RequestFacts> facts;
  {
    const OpenedRest opened(body, comma);
    const auto messages = index.parse(body.view().substr(comma, end + 1 - comma), inside);
    if (!messages) return {};
    MessageReader reader = *known.reader;
    const auto read = reader.read_other_messages(*messages, comma, growth,
                                                 [&](const MessageReader& before, std::size_t at) {
                                                   note(next, body.view(), before, comma + at);
                                                 });
    if (!read || !reader.has_user_message()) return {};
    facts = std::move(reader).finish();
  }
  if (next.reader != nullptr) {
    next.owner = known.owner;
    next.front = digests.up_to(next.place.comma);
    next.back = known.back;
    known = std::move(next);
  }
  return facts;
}

Result<RequestFacts> SeenRequests::read_whole(const Buffer& body, Digests& digests,
                                              std::uint64_t owner, JsonIndex& index,
                                              const JsonLimits& limits) {
  Entry entry;
  auto facts = read_request_facts(
      body, index, limits, false,
      [&](const MessageReader& before, std::size_t at) { note(entry, body.view(), before, at); });
  if (!facts || entry.reader == nullptr) return facts;
  entry.owner = owner;
  entry.front = digests.up_to(entry.place.comma);
  entry.back = digests.of(body.view().substr(facts->messages_end));
  if (entries_.size() == config_.entries_max) entries_.pop_back();
  entries_.insert(entries_.begin(), std::move(entry));
  return facts;
}

Result<RequestFacts> SeenRequests::read(Buffer& body, std::string_view owner, JsonIndex& index,
                                        const JsonLimits& limits) {
  // A body within the limit of structurals by its size alone cannot be beyond it in two parts.
  if (body.size() < config_.body_bytes_min || body.size() > limits.structurals_max ||
      limits.depth_max < 2 || config_.entries_max == 0)
    return read_request_facts(body, index, limits, false);
  Digests digests(body.view(), secret_);
  const std::uint64_t whose = digests.of(owner)[0];
  if (find(digests, whose)) {
    if (auto facts = read_the_rest(body, digests, index, limits)) {
      ++repeated_;
      return std::move(*facts);
    }
  }
  return read_whole(body, digests, whose, index, limits);
}

}  // namespace rlm::wire
