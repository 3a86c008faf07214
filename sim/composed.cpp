#include "sim/composed.hpp"

#include <algorithm>

namespace rlm::sim {
namespace {

std::string id_of(std::string_view prefix, Random random) {
  static constexpr char kAlphabet[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  std::string id(prefix);
  for (int i = 0; i < 24; ++i) id += kAlphabet[random.next() % (sizeof kAlphabet - 1)];
  return id;
}

std::size_t size_of(const ReplyBlock& block) {
  return block.text.size() + block.name.size();
}

void add_thinking(Composed& answer, const SimRequest& request, const SimConfig& config,
                  const Mind& mind) {
  const bool scripted =
      std::any_of(answer.blocks.begin(), answer.blocks.end(),
                  [](const auto& block) { return block.kind == ReplyBlock::Kind::Thinking; });
  Random random = mind.random_for(request.content, "thinking");
  const auto tokens = static_cast<Tokens>(random.draw(config.thinking_tokens) + 0.5);
  if (!scripted && request.wants_thinking && tokens > 0) {
    ReplyBlock thinking;
    thinking.kind = ReplyBlock::Kind::Thinking;
    thinking.text = generated_text(random, tokens);
    answer.blocks.insert(answer.blocks.begin(), std::move(thinking));
  }
  answer.hide_thinking = !scripted && !request.shows_thinking;
}

// Everything behind the earliest stop sequence of any text block is never said.
void apply_stop_sequences(Composed& answer, const SimRequest& request) {
  for (std::size_t i = 0; i < answer.blocks.size(); ++i) {
    ReplyBlock& block = answer.blocks[i];
    if (block.kind != ReplyBlock::Kind::Text) continue;
    std::size_t at = std::string::npos;
    for (const std::string& sequence : request.stop_sequences) {
      const auto found = sequence.empty() ? std::string::npos : block.text.find(sequence);
      if (found >= at) continue;
      at = found;
      answer.stop_sequence = sequence;
    }
    if (at == std::string::npos) continue;
    block.text.resize(at);
    block.deltas.clear();
    answer.blocks.resize(i + 1);
    answer.stop_reason = "stop_sequence";
    return;
  }
}

void count(Composed& answer, const std::optional<Tokens>& given) {
  Tokens counted = 0;
  answer.bytes = 0;
  for (const ReplyBlock& block : answer.blocks) {
    answer.bytes += size_of(block);
    counted += tokens_of(size_of(block));
  }
  answer.output_tokens = std::max<Tokens>(1, given.value_or(counted));
}

void apply_max_tokens(Composed& answer, const SimRequest& request) {
  if (request.max_tokens < 0 || answer.output_tokens <= request.max_tokens) return;
  std::size_t left = answer.bytes * static_cast<std::size_t>(request.max_tokens) /
                     static_cast<std::size_t>(answer.output_tokens);
  for (std::size_t i = 0; i < answer.blocks.size(); ++i) {
    ReplyBlock& block = answer.blocks[i];
    if (size_of(block) <= left) {
      left -= size_of(block);
      continue;
    }
    const std::size_t room = left - std::min(left, block.name.size());
    block.text.resize(whole_characters(block.text, room));
    block.deltas.clear();
    answer.blocks.resize(block.text.empty() ? i : i + 1);
    answer.cut = true;
  }
  answer.bytes = 0;
  for (const ReplyBlock& block : answer.blocks) answer.bytes += size_of(block);
  answer.output_tokens = request.max_tokens;
  answer.stop_reason = "max_tokens";
  answer.stop_sequence.clear();
}

}  // namespace

std::size_t whole_characters(std::string_view text, std::size_t bytes) {
  if (bytes >= text.size()) return text.size();
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80) --bytes;
  return bytes;
}

Tokens Composed::tokens_after(std::size_t bytes_done) const {
  if (bytes_done == 0 || bytes == 0) return 0;
  if (bytes_done >= bytes) return output_tokens;
  const auto share =
      (static_cast<Tokens>(bytes_done) * output_tokens + static_cast<Tokens>(bytes) - 1) /
      static_cast<Tokens>(bytes);
  return std::max<Tokens>(1, share);
}

std::vector<std::string> pieces_of(const ReplyBlock& block, int tokens_per_event) {
  if (!block.deltas.empty()) return block.deltas;
  const auto size = static_cast<std::size_t>(tokens_per_event) * 7 / 2;
  std::vector<std::string> pieces;
  for (std::string_view rest = block.text; !rest.empty();) {
    std::size_t cut = whole_characters(rest, std::max<std::size_t>(size, 4));
    if (cut == 0) cut = rest.size();  // no character starts here: not UTF-8
    pieces.emplace_back(rest.substr(0, cut));
    rest.remove_prefix(cut);
  }
  return pieces;
}

Composed compose(Reply reply, const SimRequest& request, const SimConfig& config, const Mind& mind,
                 std::uint64_t occurrence) {
  const std::uint64_t content = mix(request.body, occurrence);
  Composed answer;
  answer.message_id = id_of("msg_", mind.random_for(content, "message"));
  answer.blocks = std::move(reply.blocks);
  answer.stop_reason = reply.stop_reason;
  answer.stop_sequence = reply.stop_sequence;
  add_thinking(answer, request, config, mind);
  bool calls_tool = false;
  for (std::size_t i = 0; i < answer.blocks.size(); ++i) {
    ReplyBlock& block = answer.blocks[i];
    if (block.kind != ReplyBlock::Kind::ToolUse) continue;
    calls_tool = true;
    if (block.id.empty())
      block.id = id_of(request.tool_ids, mind.random_for(mix(content, i), "tool"));
  }
  if (answer.stop_reason.empty()) answer.stop_reason = calls_tool ? "tool_use" : "end_turn";
  apply_stop_sequences(answer, request);
  const bool stopped = answer.stop_reason == "stop_sequence" && reply.stop_reason.empty();
  count(answer, stopped ? std::nullopt : reply.output_tokens);
  apply_max_tokens(answer, request);
  for (const ReplyBlock& block : answer.blocks) {
    if (block.kind != ReplyBlock::Kind::Thinking) continue;
    const std::string_view shown = answer.hide_thinking ? std::string_view() : block.text;
    answer.signature = signature_of(config.seed, request.binding, shown);
    break;
  }
  return answer;
}

}  // namespace rlm::sim
