#include "lab/progress_bar.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <utility>

namespace rlm::lab {

std::string progress_line(const std::string& label, std::size_t done, std::size_t total) {
  constexpr std::size_t kCells = 40;
  const std::size_t filled = total == 0 ? kCells : std::min(kCells, done * kCells / total);
  return label + " [" + std::string(filled, '#') + std::string(kCells - filled, ' ') + "] " +
         std::to_string(done) + "/" + std::to_string(total);
}

ProgressBar::ProgressBar(std::string label, std::size_t total)
    : label_(std::move(label)), total_(total), visible_(isatty(STDERR_FILENO) == 1) {
  draw();
}

ProgressBar::~ProgressBar() {
  if (visible_) std::fputs("\r\x1b[K", stderr);
}

void ProgressBar::step() {
  ++done_;
  draw();
}

void ProgressBar::draw() const {
  if (visible_) std::fprintf(stderr, "\r%s", progress_line(label_, done_, total_).c_str());
}

}  // namespace rlm::lab
