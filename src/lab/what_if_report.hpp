#pragma once
// Tables of what other configurations would have come to.

#include <string>
#include <vector>

#include "lab/what_if.hpp"

namespace rlm::lab {

struct NamedWhatIf {
  std::string name;
  WhatIfResult result;
};

std::string what_if_report(const std::vector<NamedWhatIf>& tried);
/// A JSON array with an object for each.
std::string what_if_report_json(const std::vector<NamedWhatIf>& tried);

}  // namespace rlm::lab
