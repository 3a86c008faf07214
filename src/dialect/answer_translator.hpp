#pragma once
// An answer in one dialect becomes one in another while it arrives.

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "wire/json_cursor.hpp"

namespace rlm::dialect {

/// What a client is told a refused answer's category by: a header, or a stream's comment.
inline constexpr std::string_view kRefusalHeader = "x-rlm-refusal";

/// One per answer, streamed or whole. Feeding is chunking-independent: the same bytes come out in
/// sum, however they were cut. Pure; one thread.
class AnswerTranslator {
 public:
  virtual ~AnswerTranslator() = default;

  /// Appends to `out` what these bytes become; a whole answer appends nothing before finish().
  /// `index` is scratch, used during the call. Protocol (Source::Upstream) for what is no answer of
  /// the dialect, TooLarge beyond a limit; nothing may be fed afterwards, but to one that writes
  /// for a client: a whole error event.
  virtual Result<void> feed(std::string_view bytes, wire::JsonIndex& index, std::string& out) = 0;

  /// The body ended: appends what is still owed. Protocol when the answer was cut. Must be called
  /// once at most, and not after an error.
  virtual Result<void> finish(wire::JsonIndex& index, std::string& out) = 0;

  /// The provider's category of a refused answer whose other form cannot say it ("cyber"), once the
  /// whole answer was read; empty: it is no such answer. A token; lives as long as this.
  virtual std::string_view refusal_category() const { return {}; }
};

}  // namespace rlm::dialect
