#pragma once
// A credential that cannot be printed by accident.

#include <string>
#include <string_view>
#include <utility>

namespace rlm {

/// Holds a key or token. Prints as ***; the text leaves only through reveal(), whose uses are few
/// enough to review. The memory is wiped on destruction and reassignment.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}
  Secret(const Secret&) = default;
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret other) noexcept;
  ~Secret();

  bool empty() const { return text_.empty(); }
  std::string_view reveal() const { return text_; }
  /// Constant time in the length of `candidate`.
  bool equals(std::string_view candidate) const;

 private:
  std::string text_;
};

inline std::string_view format_as(const Secret&) {
  return "***";
}

}  // namespace rlm
