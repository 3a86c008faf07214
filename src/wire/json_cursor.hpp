#pragma once
// A read-only walk over JSON text that knows where each value stands in the bytes.
//
// simdjson's stage 1 finds all structural characters and checks UTF-8 at several GB/s; this class
// walks over them. It exists because the proxy must splice requests byte-exactly (cascade.md §5)
// and so needs positions, which simdjson's DOM does not keep.

#include <cstdint>
#include <cstring>
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
  /// Most brackets, commas, colons and values; the index takes eight bytes for each. A real request
  /// has one in ten bytes.
  std::size_t structurals_max = 4u << 20;
};

class JsonIndex;

/// One value of an indexed document. A cheap copy; valid while its JsonIndex holds the same
/// document.
class JsonValue {
 public:
  enum class Type { Object, Array, String, Number, True, False, Null };

  /// An absent value, whose type is Null and whose text is empty.
  JsonValue() = default;
  bool exists() const { return index_ != nullptr; }

  Type type() const;
  bool is(Type wanted) const { return exists() && type() == wanted; }
  /// Where the value stands in the document, quotes or brackets included.
  Span span() const;
  std::string_view raw() const;
  /// The bytes between a string's quotes, as they stand; empty for any other type.
  std::string_view quoted() const;
  /// The text of a string value, a bad escape kept as it stands; empty for any other type.
  std::string string() const;
  /// True when the value is a string whose raw text between the quotes equals `plain` (which needs
  /// no escaping).
  bool equals(std::string_view plain) const;
  /// The value of an integer; `otherwise` for anything else.
  std::int64_t integer(std::int64_t otherwise) const;

  /// Calls `visit(key, value)` for each member of an object, in order. The key is the raw text
  /// between its quotes when it holds no escape, else unescaped; it lives during the call. Nothing
  /// for other types. Return false from `visit` to stop.
  template <class Visit>
  void each_member(Visit&& visit) const;
  /// Calls `visit(value)` for each element of an array. Return false to stop.
  template <class Visit>
  void each_element(Visit&& visit) const;
  /// The first member with this key; an absent value when there is none or this is not an object.
  JsonValue member(std::string_view key) const;

 private:
  friend class JsonIndex;
  JsonValue(const JsonIndex* index, std::uint32_t at) : index_(index), at_(at) {}

  const JsonIndex* index_ = nullptr;
  std::uint32_t at_ = 0;  // position in the structural index
};

/// Indexes one document at a time; keep one per thread and reuse it, it owns the scratch memory
/// (about eight bytes per byte of the largest document so far; beyond kRetainedBytes it is given
/// back by the next parse of a smaller one).
class JsonIndex {
 public:
  static constexpr std::size_t kRetainedBytes = 1u << 20;

  JsonIndex();
  ~JsonIndex();
  JsonIndex(const JsonIndex&) = delete;
  JsonIndex& operator=(const JsonIndex&) = delete;

  /// Checks and indexes `text`, which must outlive the walk; no padding is needed. The whole
  /// grammar is checked (brackets, commas, colons, numbers, literals, UTF-8, control characters)
  /// except what follows a backslash, so later walking cannot fail. BadRequest with line and column
  /// for what is not JSON, TooLarge for anything beyond the limits or a text of 4 GiB.
  /// Source::Client.
  Result<JsonValue> parse(std::string_view text, const JsonLimits& limits = {});

 private:
  friend class JsonValue;
  struct Impl;

  char char_at(std::uint32_t at) const { return text_[starts_[at]]; }
  std::size_t start_of(std::uint32_t at) const { return starts_[at]; }
  /// Where the scalar at `at` ends: only white space stands between it and the next structural.
  /// Behind the last one simdjson puts the length of the text.
  std::size_t scalar_end(std::uint32_t at) const {
    std::size_t end = starts_[at + 1];
    while (static_cast<unsigned char>(text_[end - 1]) <= ' ') --end;
    return end;
  }
  /// The structural behind the value at `at`.
  std::uint32_t behind(std::uint32_t at) const {
    const char first = char_at(at);
    return (first == '{' || first == '[' ? closers_[at] : at) + 1;
  }
  std::string_view key_at(std::uint32_t at, std::string& scratch) const {
    const std::size_t begin = starts_[at] + 1;
    const std::string_view raw(text_ + begin, scalar_end(at) - 1 - begin);
    if (raw.empty() || std::memchr(raw.data(), '\\', raw.size()) == nullptr) [[likely]]
      return raw;
    return unescaped_key(raw, scratch);
  }
  static std::string_view unescaped_key(std::string_view raw, std::string& scratch);
  Result<void> index_structurals(std::string_view text);

  const char* text_ = nullptr;
  const std::uint32_t* starts_ = nullptr;   // where each structural stands
  const std::uint32_t* closers_ = nullptr;  // for an opening bracket: which structural closes it
  std::unique_ptr<Impl> impl_;
};

inline JsonValue::Type JsonValue::type() const {
  if (index_ == nullptr) return Type::Null;
  switch (index_->char_at(at_)) {
    case '{':
      return Type::Object;
    case '[':
      return Type::Array;
    case '"':
      return Type::String;
    case 't':
      return Type::True;
    case 'f':
      return Type::False;
    case 'n':
      return Type::Null;
    default:
      return Type::Number;
  }
}

inline Span JsonValue::span() const {
  if (index_ == nullptr) return {};
  const char first = index_->char_at(at_);
  const std::size_t begin = index_->start_of(at_);
  if (first == '{' || first == '[') return {begin, index_->start_of(index_->closers_[at_]) + 1};
  return {begin, index_->scalar_end(at_)};
}

inline std::string_view JsonValue::raw() const {
  if (index_ == nullptr) return {};
  const Span where = span();
  return {index_->text_ + where.begin, where.size()};
}

inline std::string_view JsonValue::quoted() const {
  if (!is(Type::String)) return {};
  const std::string_view token = raw();
  return token.substr(1, token.size() - 2);
}

inline bool JsonValue::equals(std::string_view plain) const {
  return is(Type::String) && quoted() == plain;
}

template <class Visit>
void JsonValue::each_member(Visit&& visit) const {
  if (!is(Type::Object)) return;
  std::string scratch;
  for (std::uint32_t at = at_ + 1; index_->char_at(at) != '}';) {
    const JsonValue value(index_, at + 2);  // over the key and its colon
    if (!visit(index_->key_at(at, scratch), value)) return;
    at = index_->behind(at + 2);
    if (index_->char_at(at) == ',') ++at;
  }
}

template <class Visit>
void JsonValue::each_element(Visit&& visit) const {
  if (!is(Type::Array)) return;
  for (std::uint32_t at = at_ + 1; index_->char_at(at) != ']';) {
    if (!visit(JsonValue(index_, at))) return;
    at = index_->behind(at);
    if (index_->char_at(at) == ',') ++at;
  }
}

}  // namespace rlm::wire
