#pragma once
// A read-only walk over JSON text that knows where each value stands in the bytes.
//
// simdjson's stage 1 finds all structural characters and checks UTF-8 at several GB/s; this class walks over them. It exists
// because the proxy must splice requests byte-exactly (cascade.md §5) and so needs positions, which simdjson's DOM does not keep.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/buffer.hpp"
#include "base/result.hpp"
#include "domain/request.hpp"

namespace rlm::wire {

struct JsonLimits {
  /// Deepest nesting of objects and arrays. Real requests stay below 40.
  std::size_t depth_max = 128;
};

class JsonIndex;

/// One value of an indexed document. A cheap copy; valid while its JsonIndex holds the same document.
class JsonValue {
 public:
  enum class Type { Object, Array, String, Number, True, False, Null };

  Type type() const;
  bool is(Type wanted) const { return type() == wanted; }
  /// Where the value stands in the document, quotes or brackets included.
  Span span() const;
  std::string_view raw() const;
  /// The text of a string value; empty for any other type.
  std::string string() const;
  /// True when the value is a string whose raw text between the quotes equals `plain` (which needs no escaping).
  bool equals(std::string_view plain) const;
  /// The value of an integer; `otherwise` for anything else.
  std::int64_t integer(std::int64_t otherwise) const;

  /// Calls `visit(key, value)` for each member of an object, in order. The key is the raw text between its quotes when it holds no
  /// escape, else unescaped. Nothing for other types. Return false from `visit` to stop.
  void each_member(const std::function<bool(std::string_view key, JsonValue value)>& visit) const;
  /// Calls `visit(value)` for each element of an array. Return false to stop.
  void each_element(const std::function<bool(JsonValue value)>& visit) const;
  /// The member with this key; a value whose exists() is false when absent or not an object.
  JsonValue member(std::string_view key) const;
  bool exists() const { return index_ != nullptr; }

 private:
  friend class JsonIndex;
  const JsonIndex* index_ = nullptr;
  std::uint32_t at_ = 0;  // position in the structural index
};

/// Indexes one document at a time; keep one per thread and reuse it, it owns the scratch memory.
class JsonIndex {
 public:
  JsonIndex();
  ~JsonIndex();
  JsonIndex(const JsonIndex&) = delete;
  JsonIndex& operator=(const JsonIndex&) = delete;

  /// Checks and indexes `text`, which must be followed by Buffer::kPadding readable bytes and outlive the walk. The whole grammar is
  /// checked (brackets, commas, colons, numbers, literals, UTF-8, control characters), so later walking cannot fail.
  /// BadRequest with line and column for what is not JSON, TooLarge for nesting beyond the limit. Source::Client.
  Result<JsonValue> parse(std::string_view text, const JsonLimits& limits = {});

 private:
  friend class JsonValue;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace rlm::wire
