#pragma once
// Tells the comments of an event stream from its events, whatever the chunking.

#include <string>
#include <string_view>

#include "wire/function_ref.hpp"

namespace rlm::dialect {

/// Copies comments to the new stream while they arrive; of the rest it keeps nothing.
class CommentLines {
 public:
  /// Appends to `out` the comments in `bytes`, each ended by an empty line, and calls `on_rest` for
  /// the bytes between them, in order, until it returns false.
  void feed(std::string_view bytes, std::string& out,
            wire::FunctionRef<bool(std::string_view)> on_rest);
  /// True while a comment's line has begun and not ended: nothing else may be written.
  bool in_comment() const { return in_comment_; }

 private:
  void pass_comment(std::string_view& bytes, std::string& out);

  bool at_line_start_ = true;
  bool in_comment_ = false;
  bool after_cr_ = false;  // of a comment's end
};

}  // namespace rlm::dialect
