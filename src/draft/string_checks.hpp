#pragma once
// The two keywords about a string's form, in linear time.

#include <memory>
#include <optional>
#include <string_view>

namespace re2 {
class RE2;
}

namespace rlm::draft {

/// What a check of a string says; Unsure where the rule cannot be applied to this very text.
enum class Match { Yes, No, Unsure };

/// A `pattern` of JSON Schema (ECMA 262). Only what RE2 reads in the same way: no look-around, no
/// back references, no classes beyond \d \w \s.
class StringPattern {
 public:
  /// Nothing when the pattern is not of that kind, or too large.
  static std::optional<StringPattern> read(std::string_view pattern);
  /// Unsure for text beyond ASCII: there the dialects differ.
  Match matches(std::string_view text) const;

 private:
  std::shared_ptr<const re2::RE2> expression_;
};

/// True for a `format` that has_format() knows: date, time, date-time, uri, url, email, uuid, ipv4,
/// hostname, and those that say nothing of a text (int32, double, …).
bool is_known_format(std::string_view format);
bool has_format(std::string_view format, std::string_view text);

}  // namespace rlm::draft
