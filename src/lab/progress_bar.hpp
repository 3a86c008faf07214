#pragma once
// A line on stderr that shows how far a run is, for people only.

#include <cstddef>
#include <string>

namespace rlm::lab {

/// Draws only when stderr is a terminal; removes its line at the end. One thread.
class ProgressBar {
 public:
  ProgressBar(std::string label, std::size_t total);
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;
  ~ProgressBar();

  void step();

 private:
  void draw() const;

  std::string label_;
  std::size_t total_;
  std::size_t done_ = 0;
  bool visible_;
};

/// "direct   [#####     ]  10/20".
std::string progress_line(const std::string& label, std::size_t done, std::size_t total);

}  // namespace rlm::lab
