#pragma once
// Tells where a JSON object that arrives in pieces ends.

#include <bitset>
#include <cstdint>
#include <string_view>

namespace rlm::dialect {

/// Follows the brackets and strings of one object, keeping none of its bytes. What stands between
/// the brackets is not checked: who reads the object does that.
class ObjectScan {
 public:
  enum class State : std::uint8_t { Empty, Open, Whole, Broken };

  /// The part of `fragment` that belongs to the object: white space before and behind it does not.
  /// Broken from other bytes there on, from a bracket that closes another one, or a nesting of more
  /// than 128.
  std::string_view feed(std::string_view fragment);
  State state() const { return state_; }

 private:
  void on_byte(char c);
  void close(bool is_array);

  static constexpr std::size_t kDepthMax = 128;
  std::bitset<kDepthMax> is_array_;  // of each open bracket
  std::uint8_t depth_ = 0;
  State state_ = State::Empty;
  bool in_string_ = false;
  bool escaped_ = false;
};

}  // namespace rlm::dialect
