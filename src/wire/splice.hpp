#pragma once
// Byte-exact changes to a body at named places; everything else stays as received.

#include <string>
#include <string_view>
#include <vector>

#include "base/buffer.hpp"
#include "domain/request.hpp"

namespace rlm::wire {

/// A body with replacements, as a list of segments to be gathered by writev. Borrows the original,
/// owns the replacements.
class SplicedBody {
 public:
  explicit SplicedBody(std::string_view original) : original_(original) {}

  /// Replaces the bytes of `where` (may be empty: an insertion). Spans must not overlap; any order.
  void replace(Span where, std::string text);

  std::string_view original() const { return original_; }
  /// Size of the result in bytes.
  std::size_t size() const;
  /// The result as consecutive segments; valid while this and the original live and until the next
  /// replace().
  std::vector<std::string_view> segments() const;
  /// The result in one piece.
  Buffer joined() const;

 private:
  struct Edit {
    Span where;
    std::string text;
  };
  std::string_view original_;
  std::vector<Edit> edits_;  // sorted by where.begin
};

}  // namespace rlm::wire
