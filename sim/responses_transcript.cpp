#include "sim/responses_transcript.hpp"

#include <algorithm>

#include "sim/openai_error.hpp"
#include "sim/responses_object.hpp"
#include "wire/json_text.hpp"

namespace rlm::sim {
namespace {

using Item = ResponseObject::Item;
using wire::json_string;

class EventWriter {
 public:
  EventWriter(const Telling& telling, const SimConfig& config)
      : telling_(telling), config_(config), answer_(telling.answer), object_(telling, config) {}

  std::vector<Frame> write() {
    const std::string begun = object_.response("in_progress", "", false);
    add("response.created", ",\"response\":" + begun);
    add("response.in_progress", ",\"response\":" + begun);
    for (std::size_t i = 0; i < answer_.blocks.size(); ++i) add_item(i);
    done_ = answer_.bytes;
    end();
    frames_.back().tokens = answer_.output_tokens;
    return std::move(frames_);
  }

 private:
  void add(const std::string& type, const std::string& members) {
    frames_.push_back({"event: " + type + "\ndata: {\"type\":\"" + type +
                           "\",\"sequence_number\":" + std::to_string(sequence_++) + members +
                           "}\n\n",
                       answer_.tokens_after(done_)});
  }

  void end() {
    const Fault::Kind kind = telling_.fault.kind;
    const Refusal refusal =
        openai_failure(config_.provider, status_of_error(telling_.fault.error_type));
    const std::string error =
        R"({"code":"server_error","message":)" + json_string(refusal.message) + "}";
    if (kind == Fault::Kind::ErrorFirst) {
      frames_.clear();
      sequence_ = 0;
      add("error", ",\"code\":\"server_error\",\"message\":" + json_string(refusal.message) +
                       ",\"param\":null");
    } else if (kind == Fault::Kind::ErrorLater) {
      frames_.resize(std::max<std::size_t>(2, frames_.size() / 2));
      sequence_ = static_cast<int>(frames_.size());
      add("response.failed", ",\"response\":" + object_.response("failed", "", false, error));
    } else if (kind != Fault::Kind::Cut || telling_.fault.at > 0) {
      const std::string status = object_.status();
      add("response." + status,
          ",\"response\":" + object_.response(status, object_.output(), true));
    }
  }

  // The members that tell which item, and which part of it, an event is about.
  std::string place(std::size_t block, std::string_view part = {}) const {
    std::string out = ",\"item_id\":" + json_string(object_.id_of(block)) +
                      ",\"output_index\":" + std::to_string(block);
    if (!part.empty()) out += ",\"" + std::string(part) + "\":0";
    return out;
  }

  void add_item(std::size_t block) {
    const std::string at = ",\"output_index\":" + std::to_string(block) + ",\"item\":";
    add("response.output_item.added", at + object_.begun(block));
    done_ += answer_.blocks[block].name.size();
    switch (object_.item_of(block)) {
      case Item::Reasoning:
        add_reasoning(block);
        break;
      case Item::Message:
        add_message(block);
        break;
      case Item::Function:
        add_pieces(block, "response.function_call_arguments.delta", place(block));
        add("response.function_call_arguments.done",
            place(block) + ",\"arguments\":" + json_string(object_.said(block)));
        break;
      case Item::Custom:
        add("response.custom_tool_call_input.delta",
            place(block) + ",\"delta\":" + json_string(object_.said(block)));
        done_ += answer_.blocks[block].text.size();
        add("response.custom_tool_call_input.done",
            place(block) + ",\"input\":" + json_string(object_.said(block)));
        break;
    }
    add("response.output_item.done", at + object_.whole(block));
  }

  void add_pieces(std::size_t block, const std::string& type, const std::string& where,
                  std::string_view more = {}) {
    for (const std::string& piece : pieces_of(answer_.blocks[block], config_.tokens_per_event)) {
      done_ += piece.size();
      add(type, where + ",\"delta\":" + json_string(piece) + std::string(more));
    }
  }

  void add_reasoning(std::size_t block) {
    const ReplyBlock& said = answer_.blocks[block];
    if (!object_.shows_reasoning()) {
      done_ += said.text.size();
      return;
    }
    const std::string where = place(block, "summary_index");
    const auto part = [](std::string_view text) {
      return R"(,"part":{"type":"summary_text","text":)" + json_string(text) + "}";
    };
    add("response.reasoning_summary_part.added", where + part(""));
    add_pieces(block, "response.reasoning_summary_text.delta", where);
    add("response.reasoning_summary_text.done", where + ",\"text\":" + json_string(said.text));
    add("response.reasoning_summary_part.done", where + part(said.text));
  }

  void add_message(std::size_t block) {
    const std::string& text = answer_.blocks[block].text;
    const std::string where = place(block, "content_index");
    const bool refuses = object_.refuses();
    const std::string type = refuses ? "response.refusal" : "response.output_text";
    const std::string_view more = refuses ? "" : ",\"logprobs\":[]";
    add("response.content_part.added", where + ",\"part\":" + object_.part(""));
    add_pieces(block, type + ".delta", where, more);
    add(type + ".done",
        where + (refuses ? ",\"refusal\":" : ",\"text\":") + json_string(text) + std::string(more));
    add("response.content_part.done", where + ",\"part\":" + object_.part(text));
  }

  const Telling& telling_;
  const SimConfig& config_;
  const Composed& answer_;
  ResponseObject object_;
  int sequence_ = 0;
  std::size_t done_ = 0;  // bytes of the answer that are out
  std::vector<Frame> frames_;
};

}  // namespace

Transcript write_responses(const Telling& telling, const SimConfig& config) {
  Transcript script;
  script.frames = EventWriter(telling, config).write();
  const ResponseObject object(telling, config);
  script.whole = object.response(object.status(), object.output(), true);
  const bool malformed = telling.fault.kind == Fault::Kind::Malformed;
  if (malformed)
    script.frames[script.frames.size() / 2].bytes =
        "event: response.output_text.delta\ndata: {\"type\":\"response.outp\n\n";
  if (malformed || (telling.fault.kind == Fault::Kind::Cut && telling.fault.at == 0))
    script.whole.resize(script.whole.size() / 2);
  return script;
}

}  // namespace rlm::sim
