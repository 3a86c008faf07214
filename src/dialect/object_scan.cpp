#include "dialect/object_scan.hpp"

namespace rlm::dialect {
namespace {

bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

}  // namespace

void ObjectScan::close(bool is_array) {
  if (is_array_[depth_ - 1u] != is_array)
    state_ = State::Broken;
  else if (--depth_ == 0)
    state_ = State::Whole;
}

void ObjectScan::on_byte(char c) {
  if (in_string_) {
    if (escaped_)
      escaped_ = false;
    else if (c == '\\')
      escaped_ = true;
    else if (c == '"')
      in_string_ = false;
    return;
  }
  if (c == '"') {
    in_string_ = true;
  } else if (c == '{' || c == '[') {
    if (depth_ == kDepthMax) {
      state_ = State::Broken;
      return;
    }
    is_array_[depth_++] = c == '[';
  } else if (c == '}' || c == ']') {
    close(c == ']');
  }
}

std::string_view ObjectScan::feed(std::string_view fragment) {
  std::size_t begin = 0;
  std::size_t at = 0;
  if (state_ == State::Empty) {
    while (at < fragment.size() && is_space(fragment[at])) ++at;
    if (at == fragment.size()) return {};
    state_ = fragment[at] == '{' ? State::Open : State::Broken;
    begin = at;
  }
  while (at < fragment.size() && state_ == State::Open) on_byte(fragment[at++]);
  const std::size_t end = at;
  if (state_ == State::Whole)
    for (; at < fragment.size(); ++at)
      if (!is_space(fragment[at])) state_ = State::Broken;
  return fragment.substr(begin, end - begin);
}

}  // namespace rlm::dialect
