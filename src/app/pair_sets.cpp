#include "app/pair_sets.hpp"

#include <algorithm>
#include <filesystem>

#include "sim/answers.hpp"

namespace rlm::app {

Result<std::vector<PairSet>> read_pair_sets(const std::string& folder, std::string_view prefix) {
  std::vector<std::string> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(prefix) && name.find(".jsonl") != std::string::npos)
      files.push_back(entry.path().string());
  }
  if (files.empty())
    return fail(ErrorKind::BadRequest, Source::Self,
                "--pairs " + folder + ": no " + std::string(prefix) + "*.jsonl or " +
                    std::string(prefix) + "*.jsonl.zst there");
  std::sort(files.begin(), files.end());
  std::vector<PairSet> sets;
  for (const std::string& file : files) {
    auto text = sim::read_lines_file(file);
    if (!text) return fail(std::move(text.error()));
    auto pairs = lab::read_pairs(*text);
    if (!pairs)
      return fail(ErrorKind::BadRequest, Source::Self, file + ": " + pairs.error().message);
    if (pairs->empty())
      return fail(ErrorKind::BadRequest, Source::Self, file + ": holds no record of a pair");
    const std::string name = std::filesystem::path(file).filename().string();
    sets.push_back({name.substr(0, name.find(".jsonl")), std::move(*pairs)});
    if (sets.back().name.ends_with(".open")) sets.back().name.resize(sets.back().name.size() - 5);
  }
  return sets;
}

}  // namespace rlm::app
