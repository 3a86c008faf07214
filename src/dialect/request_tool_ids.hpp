#pragma once
// Tool ids of a conversation as a strict upstream takes them.

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

namespace rlm::dialect {

/// Short, plain and no two alike, the same in every turn of the conversation: an id beyond the
/// limit is replaced by its hash, the second call of one id by a hash of both. Results follow their
/// call.
class RequestToolIds {
 public:
  explicit RequestToolIds(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  /// `id` is the inside of its JSON string and lives as long as this object, as what is returned.
  std::string_view of_call(std::string_view id);
  std::string_view of_result(std::string_view id);

 private:
  struct Uses {
    std::size_t calls = 0;
    std::size_t results = 0;
  };
  std::string_view nth(std::string_view id, std::size_t number);

  std::size_t bytes_max_;
  std::unordered_map<std::string_view, Uses> uses_;
  std::deque<std::string> made_;
};

}  // namespace rlm::dialect
