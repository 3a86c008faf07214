#pragma once
// Decides on the first bytes of a verify reply whether it accepts the draft, edits it, or is itself
// the answer (cascade.md §5).

#include <cstdint>
#include <string>
#include <string_view>

namespace rlm::verify {

/// Fed with the reply's text as it comes; chunking-independent. Nothing of an answer is lost: what
/// was fed before a Rewrite decision is in held(). Leading whitespace before the verdict word is
/// tolerated and, for a rewrite, kept in held().
class VerdictGate {
 public:
  enum class Decision { NeedMore, UseDraft, Edit, Continue, Rewrite };
  /// What was judged. The verdict on a turn may also be CONTINUE: the work is not done yet. On tool
  /// calls it is never EDIT.
  enum class Judged : std::uint8_t { Answer, Turn, Calls };

  /// Most bytes that may stay undecided; a reply of nothing but blanks becomes a rewrite here.
  static constexpr std::size_t kUndecidedBytesMax = 4096;

  explicit VerdictGate(Judged judged = Judged::Answer) : judged_(judged) {}

  /// UseDraft, Edit or Continue once the first line is exactly that word, USE_DRAFT, EDIT or
  /// CONTINUE (trailing blanks, \r, or a closing full stop allowed), and a line break or the end
  /// came; Rewrite as soon as the bytes rule all out. Once decided, the decision stays.
  Decision feed(std::string_view text);
  /// The text block or the stream has ended: a verdict word alone is that verdict, anything
  /// undecided is a Rewrite.
  Decision finish();
  Decision decision() const { return decision_; }
  /// Rewrite: everything fed up to and with the call that decided. Edit: of that, what stands
  /// behind the verdict line. Later text is the caller's to take. Empty after UseDraft, Continue.
  const std::string& held() const { return held_; }
  /// After UseDraft or Continue: true when text (other than blanks) beyond the verdict line
  /// arrived; it is ignored.
  bool has_tail() const { return has_tail_; }

 private:
  enum class Stage : std::uint8_t { Before, Word, Stop, Blanks };

  Decision step(char c);
  void note_tail(std::string_view text);

  bool is_bare() const {
    return decision_ == Decision::UseDraft || decision_ == Decision::Continue;
  }
  std::string_view word() const;

  Judged judged_;
  Decision decision_ = Decision::NeedMore;
  Stage stage_ = Stage::Before;
  Decision verdict_ = Decision::UseDraft;  // what the word stands for that is being matched
  std::size_t matched_ = 0;                // bytes of that word seen
  std::string held_;
  bool has_tail_ = false;
};

}  // namespace rlm::verify
