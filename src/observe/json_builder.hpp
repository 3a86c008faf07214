#pragma once
// JSON written front to back; the commas and the escaping are done here and nowhere else.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/units.hpp"

namespace rlm::observe {

/// Appends to one text. Objects and arrays must be closed by whoever opened them.
class JsonBuilder {
 public:
  JsonBuilder& open(char bracket) {
    separate();
    text_ += bracket;
    comma_ = false;
    return *this;
  }
  JsonBuilder& close(char bracket) {
    text_ += bracket;
    comma_ = true;
    return *this;
  }
  /// The name of the next value. Must not need escaping.
  JsonBuilder& key(std::string_view name) {
    separate();
    text_.append(1, '"').append(name).append("\":");
    comma_ = false;
    return *this;
  }
  JsonBuilder& text(std::string_view value);
  JsonBuilder& number(std::int64_t value);
  /// Six significant digits; null for what JSON cannot hold.
  JsonBuilder& real(double value);
  /// Dollars, exactly, with at most nine decimals.
  JsonBuilder& dollars(NanoUsd value);
  JsonBuilder& boolean(bool value) { return raw(value ? "true" : "false"); }
  JsonBuilder& null() { return raw("null"); }
  /// A value that is JSON already.
  JsonBuilder& raw(std::string_view json) {
    separate();
    text_ += json;
    comma_ = true;
    return *this;
  }

  JsonBuilder& member(std::string_view name, std::string_view value) {
    return key(name).text(value);
  }
  JsonBuilder& member(std::string_view name, std::int64_t value) { return key(name).number(value); }
  JsonBuilder& member(std::string_view name, NanoUsd value) { return key(name).dollars(value); }
  /// Milliseconds, null for the -1 that means "none".
  JsonBuilder& member_ms(std::string_view name, std::int64_t ms) {
    return ms < 0 ? key(name).null() : key(name).number(ms);
  }

  const std::string& str() const { return text_; }
  std::string take() { return std::move(text_); }

 private:
  void separate() {
    if (comma_) text_ += ',';
  }

  std::string text_;
  bool comma_ = false;
};

/// `value` in dollars with exactly the decimals it needs, e.g. "-0.00125"; a plain JSON number.
std::string dollars_text(NanoUsd value);

}  // namespace rlm::observe
