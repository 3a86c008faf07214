#include "dialect/members.hpp"

#include <algorithm>

namespace rlm::dialect {

void splice_members(wire::JsonValue object, std::span<const std::string_view> removed,
                    std::string inserted, wire::SplicedBody& body) {
  const std::size_t begin = object.span().begin;
  const std::string_view text = object.raw();
  Span front{begin + 1, begin + 1};    // what stands before the first member that stays
  std::size_t last_end = front.begin;  // of the member before
  bool any_stays = false;
  object.each_member([&](std::string_view key, wire::JsonValue value) {
    // From behind the member before, so with the comma in front of this one.
    const Span region{last_end, value.span().end};
    last_end = region.end;
    const bool goes = std::find(removed.begin(), removed.end(), key) != removed.end();
    if (goes && any_stays) {
      body.replace(region, {});
    } else if (goes) {
      front.end = region.end;
    } else if (!any_stays) {
      any_stays = true;
      if (!front.empty()) front.end = begin + text.find(',', region.begin - begin) + 1;
    }
    return true;
  });
  if (any_stays && !inserted.empty()) inserted += ',';
  body.replace(front, std::move(inserted));
}

}  // namespace rlm::dialect
