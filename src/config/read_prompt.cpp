#include "config/read_prompt.hpp"

#include <fstream>
#include <sstream>

namespace rlm::config {

bool read_prompt(TableReader& in, std::string_view key, verify::VerdictPrompt& prompt) {
  std::string path;
  in.read(key, path);
  if (path.empty()) return false;
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  if (!file) {
    in.mistake(key, "cannot read \"" + path + "\"");
    return true;
  }
  prompt = {path, text.str()};
  auto checked = verify::validated(prompt);
  if (!checked) in.mistake(key, checked.error().message);
  return true;
}

}  // namespace rlm::config
