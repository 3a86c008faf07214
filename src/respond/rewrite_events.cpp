#include "respond/rewrite_events.hpp"

#include <utility>

namespace rlm::respond {

RewriteEvents::RewriteEvents(std::string held) : held_(std::move(held)) {}

void RewriteEvents::open(const ContentBlock& block, std::vector<StreamEvent>& out) {
  open_ = true;
  out.emplace_back(stream::BlockStart{++index_, block});
}

void RewriteEvents::flush_held(std::vector<StreamEvent>& out) {
  if (held_.empty()) return;
  open(ContentBlock{}, out);
  out.emplace_back(stream::TextDelta{index_, std::exchange(held_, {})});
}

std::vector<StreamEvent> RewriteEvents::feed(const StreamEvent& event) {
  std::vector<StreamEvent> out;
  flush_held(out);
  if (const auto* start = std::get_if<stream::BlockStart>(&event)) {
    using Kind = ContentBlock::Kind;
    skipping_ = start->block.kind == Kind::Thinking || start->block.kind == Kind::Other;
    if (!skipping_) open(start->block, out);
  } else if (skipping_) {
    if (std::holds_alternative<stream::BlockStop>(event)) skipping_ = false;
  } else if (const auto* text = std::get_if<stream::TextDelta>(&event)) {
    if (!open_) open(ContentBlock{}, out);
    out.emplace_back(stream::TextDelta{index_, text->text});
  } else if (const auto* input = std::get_if<stream::InputDelta>(&event)) {
    if (open_) out.emplace_back(stream::InputDelta{index_, input->partial_json});
  } else if (std::holds_alternative<stream::BlockStop>(event) && open_) {
    open_ = false;
    out.emplace_back(stream::BlockStop{index_});
  }
  return out;
}

std::vector<StreamEvent> RewriteEvents::finish() {
  std::vector<StreamEvent> out;
  flush_held(out);
  if (std::exchange(open_, false)) out.emplace_back(stream::BlockStop{index_});
  return out;
}

}  // namespace rlm::respond
