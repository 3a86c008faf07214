#pragma once
// One HTTP header, and the one way to compare names.

#include <string>
#include <string_view>
#include <vector>

namespace rlm {

/// A header as received or to be sent; the name's case is kept.
struct Header {
  std::string name;
  std::string value;
};
using Headers = std::vector<Header>;

/// True when two header names are equal, ASCII case ignored.
bool same_header(std::string_view a, std::string_view b);

/// The value of the first header with this name; empty when absent. The view lives as long as `headers`.
std::string_view find_header(const Headers& headers, std::string_view name);

}  // namespace rlm
