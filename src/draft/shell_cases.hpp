#pragma once
// Command lines and the risk that each must be given, for tests.

#include <string>
#include <utility>
#include <vector>

#include "draft/shell_command.hpp"

namespace rlm::draft {

inline constexpr std::string_view kHere = "/repo/app";

struct RiskCase {
  std::string line;
  Risk risk;
};

inline std::vector<RiskCase> all(Risk risk, std::vector<std::string> lines) {
  std::vector<RiskCase> cases;
  for (std::string& line : lines) cases.push_back({std::move(line), risk});
  return cases;
}

}  // namespace rlm::draft
