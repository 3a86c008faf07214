#include "app/temporary_folder.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace rlm::app {

namespace fs = std::filesystem;

TemporaryFolder::TemporaryFolder() {
  std::error_code ignored;
  std::string pattern = (fs::temp_directory_path(ignored) / "rlm-cascade-XXXXXX").string();
  if (mkdtemp(pattern.data()) != nullptr) path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
}

Result<std::string> TemporaryFolder::write(const std::string& name, const std::string& text) const {
  const std::string path = path_ + "/" + name;
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (path_.empty() || !file)
    return fail(ErrorKind::BadRequest, Source::Self, path + ": cannot be written");
  return path;
}

}  // namespace rlm::app
