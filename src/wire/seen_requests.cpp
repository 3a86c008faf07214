#include "wire/seen_requests.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace rlm::wire {

/// A body that is held against those seen before.
struct SeenRequests::Compared {
  Compared(std::string_view text, std::string_view credential, const DigestSecret& secret)
      : body(text),
        first(text, BodyChunks::Of::First, secret),
        last(text, BodyChunks::Of::Last, secret),
        owner(digest_of(credential, secret)) {}

  std::string_view body;
  BodyChunks first;
  BodyChunks last;
  Digest owner;
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

SeenRequests::SeenRequests(const Config& config) : config_(config), secret_(random_secret()) {}

bool SeenRequests::Place::may_be_in(std::string_view body) const {
  return comma + behind < body.size() && body[comma] == ',' &&
         std::memcmp(body.data() + comma - edge.size(), edge.data(), edge.size()) == 0;
}

/// Takes down the reader as it stands before the message at `next`.
void SeenRequests::note(Entry& entry, std::string_view body, const MessageReader& reader,
                        std::size_t next) const {
  // Only white space and the comma stand before a message; before the first of a rest it is opened,
  // and that place is known already.
  const std::size_t comma = body.find_last_not_of(" \t\n\r", next - 1);
  if (body[comma] != ',' || comma < entry.place.edge.size()) return;
  if (reader.memory_bytes() > config_.entry_bytes_max) return;
  entry.place.comma = comma;
  entry.place.behind = body.size() - reader.facts().messages_end;
  entry.reader = std::make_unique<MessageReader>(reader);
}

/// What the next bodies are held against; the body is as the client sent it again.
void SeenRequests::complete(Entry& entry, Compared& compared) {
  Place& place = entry.place;
  compared.body.copy(place.edge.data(), place.edge.size(), place.comma - place.edge.size());
  entry.owner = compared.owner;
  entry.front = compared.first.digests(place.comma);
  entry.back = compared.last.digests(place.behind);
}

/// True when the body repeats what is now the first entry.
bool SeenRequests::find(Compared& compared) {
  const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    return entry.owner == compared.owner && entry.place.may_be_in(compared.body) &&
           compared.first.equal(entry.place.comma, entry.front) &&
           compared.last.equal(entry.place.behind, entry.back);
  });
  if (found == entries_.end()) return false;
  std::rotate(entries_.begin(), found, found + 1);
  return true;
}

/// Reads what the body has beyond the first entry. Nothing when it must be read whole: to say what
/// is wrong with the rest, or because the user's last message is not in it. A comma with nothing
/// behind it is such a rest, too.
std::optional<RequestFacts> SeenRequests::read_the_rest(Buffer& body, Compared& compared,
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
    if (!read || !reader.has_user_content()) return {};
    facts = std::move(reader).finish();
  }
  if (next.reader != nullptr) {
    complete(next, compared);
    known = std::move(next);
  }
  return facts;
}

Result<RequestFacts> SeenRequests::read(Buffer& body, std::string_view owner, JsonIndex& index,
                                        const JsonLimits& limits) {
  // A body within the limit of structurals by its size alone cannot be beyond it in two parts.
  if (body.size() < config_.body_bytes_min || body.size() > limits.structurals_max ||
      limits.depth_max < 2 || config_.entries_max == 0)
    return read_request_facts(body, index, limits, false);
  Compared compared(body.view(), owner, secret_);
  const bool is_known = find(compared);
  if (is_known) {
    if (auto facts = read_the_rest(body, compared, index, limits)) {
      ++repeated_;
      return std::move(*facts);
    }
  }
  Entry entry;
  auto facts = read_request_facts(
      body, index, limits, false,
      [&](const MessageReader& before, std::size_t at) { note(entry, body.view(), before, at); });
  if (!facts || entry.reader == nullptr) return facts;
  complete(entry, compared);
  if (is_known)
    entries_.erase(entries_.begin());
  else if (entries_.size() == config_.entries_max)
    entries_.pop_back();
  entries_.insert(entries_.begin(), std::move(entry));
  return facts;
}

}  // namespace rlm::wire
