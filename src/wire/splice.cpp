#include "wire/splice.hpp"

#include <algorithm>
#include <utility>

#include "base/check.hpp"

namespace rlm::wire {

void SplicedBody::replace(Span where, std::string text) {
  RLM_CHECK(where.begin <= where.end && where.end <= original_.size());
  // Behind all edits that begin at or before it: insertions at one place come out in the order they
  // were made.
  const auto next = std::upper_bound(
      edits_.begin(), edits_.end(), where.begin,
      [](std::size_t begin, const Edit& edit) { return begin < edit.where.begin; });
  RLM_CHECK(next == edits_.begin() || std::prev(next)->where.end <= where.begin);
  RLM_CHECK(next == edits_.end() || where.end <= next->where.begin);
  edits_.insert(next, Edit{where, std::move(text)});
}

std::size_t SplicedBody::size() const {
  std::size_t bytes = original_.size();
  for (const Edit& edit : edits_) bytes = bytes - edit.where.size() + edit.text.size();
  return bytes;
}

std::vector<std::string_view> SplicedBody::segments() const {
  std::vector<std::string_view> parts;
  parts.reserve(edits_.size() * 2 + 1);
  std::size_t kept = 0;
  const auto add = [&parts](std::string_view part) {
    if (!part.empty()) parts.push_back(part);
  };
  for (const Edit& edit : edits_) {
    add(original_.substr(kept, edit.where.begin - kept));
    add(edit.text);
    kept = edit.where.end;
  }
  add(original_.substr(kept));
  return parts;
}

Buffer SplicedBody::joined() const {
  Buffer out;
  out.reserve(size());
  for (const std::string_view part : segments()) out.append(part);
  return out;
}

}  // namespace rlm::wire
