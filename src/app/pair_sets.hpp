#pragma once
// The recorded pairs of a folder, one set a file.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "lab/pairs.hpp"

namespace rlm::app {

struct PairSet {
  std::string name;  // the file's, without ".open.jsonl.zst"
  std::vector<lab::Pair> pairs;
};

/// Reads every *.jsonl and *.jsonl.zst of `folder` whose name begins with `prefix`, by name.
/// BadRequest (Source::Self) when there is none, or with file, line and field of a record that is
/// no pair: then nothing is read.
Result<std::vector<PairSet>> read_pair_sets(const std::string& folder, std::string_view prefix);

}  // namespace rlm::app
