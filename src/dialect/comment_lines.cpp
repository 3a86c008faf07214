#include "dialect/comment_lines.hpp"

#include <algorithm>

namespace rlm::dialect {
namespace {

// Where the first comment begins whose line break is in `bytes`.
std::size_t next_comment(std::string_view bytes) {
  const auto behind_lf = bytes.find("\n:");
  const auto behind_cr = bytes.find("\r:");
  const auto first = std::min(behind_lf, behind_cr);
  return first == bytes.npos ? first : first + 1;
}

}  // namespace

void CommentLines::pass_comment(std::string_view& bytes, std::string& out) {
  const auto stop = bytes.find_first_of("\r\n");
  out += bytes.substr(0, stop);
  if (stop == bytes.npos) {
    bytes = {};
    return;
  }
  out += "\n\n";
  in_comment_ = false;
  at_line_start_ = true;
  after_cr_ = bytes[stop] == '\r';
  bytes.remove_prefix(stop + 1);
}

void CommentLines::feed(std::string_view bytes, std::string& out,
                        wire::FunctionRef<bool(std::string_view)> on_rest) {
  while (!bytes.empty()) {
    if (in_comment_) {
      pass_comment(bytes, out);
      continue;
    }
    // The second half of the comment's own line break would be an empty line to a reader.
    const bool is_second_half = after_cr_ && bytes[0] == '\n';
    after_cr_ = false;
    if (is_second_half) {
      bytes.remove_prefix(1);
      continue;
    }
    if (at_line_start_ && bytes[0] == ':') {
      in_comment_ = true;
      continue;
    }
    const auto stop = std::min(next_comment(bytes), bytes.size());
    if (!on_rest(bytes.substr(0, stop))) return;
    at_line_start_ = bytes[stop - 1] == '\n' || bytes[stop - 1] == '\r';
    bytes.remove_prefix(stop);
  }
}

}  // namespace rlm::dialect
