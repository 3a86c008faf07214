#pragma once
// A folder that goes when its owner goes.

#include <string>

#include "base/result.hpp"

namespace rlm::app {

class TemporaryFolder {
 public:
  TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder();

  const std::string& path() const { return path_; }
  /// The path of a new file; BadRequest (Source::Self) when it cannot be written.
  Result<std::string> write(const std::string& name, const std::string& text) const;

 private:
  std::string path_;  // empty when it could not be made
};

}  // namespace rlm::app
