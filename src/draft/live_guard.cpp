#include "draft/live_guard.hpp"

#include <algorithm>

#include "base/utf8.hpp"
#include "draft/draft_lines.hpp"
#include "draft/draft_signs.hpp"

namespace rlm::draft {
namespace {

// A loop shows in the end of the text: eight repeats of the longest period that is looked for.
constexpr std::size_t kWindowBytes = 20u << 10;
constexpr std::size_t kCheckEveryBytes = 2u << 10;

}  // namespace

void LiveGuard::refuse(std::string_view cause) {
  state_ = State::Refused;
  cause_ = cause;
}

void LiveGuard::open_if_ready() {
  if (state_ != State::Holding || characters_ < characters_min_) return;
  if (trimmed(text_).empty() || is_refusal(text_) || may_become_refusal(text_)) return;
  if (is_in_wrong_script(facts_.last_user_text, text_)) return refuse("language_script");
  state_ = State::Open;
}

void LiveGuard::add(std::string_view text) {
  // At these sizes, whatever the pieces are that the text comes in.
  while (!text.empty() && state_ != State::Refused) {
    const std::size_t until_check = next_check_ + kCheckEveryBytes - text_.size();
    const auto part = text.substr(0, until_check);
    text.remove_prefix(part.size());
    text_ += part;
    characters_ += characters_in(part);
    if (part.size() < until_check) break;
    next_check_ += kCheckEveryBytes;
    const auto window = std::min(text_.size(), kWindowBytes);
    if (is_degenerate(std::string_view(text_).substr(text_.size() - window))) refuse("repetition");
  }
  open_if_ready();
}

LiveGuard::State LiveGuard::feed(const StreamEvent& event) {
  if (state_ == State::Refused) return state_;
  if (const auto* start = std::get_if<stream::BlockStart>(&event)) {
    using Kind = ContentBlock::Kind;
    if (start->block.kind == Kind::Other) refuse("unknown_block");
    if (start->block.kind == Kind::ToolUse)
      refuse(facts_.tool_count == 0 ? "unexpected_tool_call" : "unproven_tool_call");
    if (start->block.kind == Kind::Text) add(start->block.text);
  } else if (const auto* text = std::get_if<stream::TextDelta>(&event)) {
    add(text->text);
  }
  return state_;
}

LiveGuard::State LiveGuard::time_is_up() {
  characters_min_ = 0;
  open_if_ready();
  return state_;
}

}  // namespace rlm::draft
