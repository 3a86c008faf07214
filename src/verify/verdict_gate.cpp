#include "verify/verdict_gate.hpp"

namespace rlm::verify {
namespace {

constexpr std::string_view kUseDraft = "USE_DRAFT";
constexpr std::string_view kEdit = "EDIT";
constexpr std::string_view kContinue = "CONTINUE";
constexpr std::string_view kWhitespace = " \t\r\n";

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

}  // namespace

// One byte at a time, so that no chunking can make a difference. Stages: before the word, in it,
// directly behind it (a full stop may follow), blanks up to the line break.
VerdictGate::Decision VerdictGate::step(char c) {
  switch (stage_) {
    case Stage::Before:
      if (is_blank(c) || c == '\n') return Decision::NeedMore;
      stage_ = Stage::Word;
      if (c == kEdit[0] && judged_ != Judged::Calls) verdict_ = Decision::Edit;
      if (c == kContinue[0] && judged_ == Judged::Turn) verdict_ = Decision::Continue;
      [[fallthrough]];
    case Stage::Word:
      if (c != word()[matched_]) return Decision::Rewrite;
      if (++matched_ == word().size()) stage_ = Stage::Stop;
      return Decision::NeedMore;
    case Stage::Stop:
      stage_ = Stage::Blanks;
      if (c == '.') return Decision::NeedMore;
      [[fallthrough]];
    case Stage::Blanks:
      if (c == '\n') return verdict_;
      return is_blank(c) ? Decision::NeedMore : Decision::Rewrite;
  }
  return Decision::Rewrite;
}

std::string_view VerdictGate::word() const {
  if (verdict_ == Decision::Edit) return kEdit;
  return verdict_ == Decision::Continue ? kContinue : kUseDraft;
}

void VerdictGate::note_tail(std::string_view text) {
  if (text.find_first_not_of(kWhitespace) != std::string_view::npos) has_tail_ = true;
}

VerdictGate::Decision VerdictGate::feed(std::string_view text) {
  if (is_bare()) note_tail(text);
  if (decision_ != Decision::NeedMore) return decision_;

  std::size_t undecided = held_.size();
  std::size_t behind = 0;  // the deciding byte
  for (std::size_t i = 0; i < text.size() && decision_ == Decision::NeedMore; ++i) {
    decision_ = step(text[i]);
    if (decision_ == Decision::NeedMore && ++undecided >= kUndecidedBytesMax)
      decision_ = Decision::Rewrite;
    behind = i + 1;
  }
  if (is_bare()) note_tail(text.substr(behind));
  if (is_bare()) held_.clear();
  if (decision_ == Decision::Edit) held_ = text.substr(behind);
  if (decision_ == Decision::NeedMore || decision_ == Decision::Rewrite) held_ += text;
  return decision_;
}

VerdictGate::Decision VerdictGate::finish() {
  if (decision_ != Decision::NeedMore) return decision_;
  const bool whole_word = stage_ == Stage::Stop || stage_ == Stage::Blanks;
  decision_ = whole_word ? verdict_ : Decision::Rewrite;
  if (whole_word) held_.clear();
  return decision_;
}

}  // namespace rlm::verify
