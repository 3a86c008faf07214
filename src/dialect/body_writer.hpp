#pragma once
// Writes the members of a request for another dialect.

#include <string>
#include <string_view>

#include "base/buffer.hpp"
#include "wire/json_cursor.hpp"
#include "wire/json_text.hpp"

namespace rlm::dialect {

/// Appends JSON to a Buffer. Who calls it sees to the grammar.
class BodyWriter {
 public:
  explicit BodyWriter(Buffer& out) : out_(out) {}

  BodyWriter& raw(std::string_view json) {
    out_.append(json);
    return *this;
  }
  /// `inside` of a JSON string, escaped already, in quotes.
  BodyWriter& quoted(std::string_view inside) { return raw("\"").raw(inside).raw("\""); }
  /// `text` as a JSON string.
  BodyWriter& string(std::string_view text) {
    scratch_.clear();
    wire::append_json_string(scratch_, text);
    return raw(scratch_);
  }
  /// `,"key":value`, when there is a value.
  BodyWriter& member(std::string_view key, wire::JsonValue value) {
    return value.exists() ? raw(",").quoted(key).raw(":").raw(value.raw()) : *this;
  }

 private:
  Buffer& out_;
  std::string scratch_;
};

}  // namespace rlm::dialect
