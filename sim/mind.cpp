#include "sim/mind.hpp"

#include "sim/edit_reply.hpp"

#include <cctype>

namespace rlm::sim {
namespace {

bool is_fence(std::string_view line) {
  return line.size() >= 3 && std::ispunct(static_cast<unsigned char>(line[0])) != 0 &&
         line.find_first_not_of(line[0]) == std::string_view::npos;
}

// Whether the instruction around the draft tells of edits.
bool offers_edits(std::string_view message, std::string_view draft) {
  if (draft.empty()) return false;
  const auto before = static_cast<std::size_t>(draft.data() - message.data());
  return message.substr(0, before).find("EDIT") != std::string_view::npos ||
         message.substr(before + draft.size()).find("EDIT") != std::string_view::npos;
}

// Whether the draft says and calls what `own` does.
bool is_step(const Reply& own, std::string_view draft) {
  std::string calls;
  for (const ReplyBlock& block : own.blocks)
    if (block.kind == ReplyBlock::Kind::ToolUse)
      calls.append(calls.empty() ? "" : "\n").append(block.name).append(" ").append(block.text);
  if (calls.empty()) return draft == own.text();
  return draft == calls || draft.ends_with("\n" + calls);  // behind what is said
}

}  // namespace

std::string_view draft_in(std::string_view message) {
  std::string_view second;
  std::size_t end = 0;
  for (std::size_t stop = message.size();;) {
    const auto before = stop == 0 ? std::string_view::npos : message.rfind('\n', stop - 1);
    const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
    const auto line = message.substr(begin, stop - begin);
    if (second.empty() && is_fence(line)) {
      second = line;
      end = begin;
    } else if (!second.empty() && line == second) {
      const std::size_t from = stop + 1;
      return from < end ? message.substr(from, end - 1 - from) : std::string_view();
    }
    if (before == std::string_view::npos) return message;
    stop = before;
  }
}

Mind::Mind(const SimConfig& config, Answers answers, std::optional<Coder> coder)
    : config_(config),
      answers_(std::move(answers)),
      coder_(std::move(coder)),
      seed_(mix(config.seed, hash_of(config.name))) {}

Random Mind::random_for(std::uint64_t content, std::string_view purpose) const {
  return Random(mix(mix(seed_, content), hash_of(purpose)));
}

Reply Mind::answer(const SimRequest& request) const {
  if (!request.now.ends_with_tool_result &&
      request.last_user_text.find(config_.verdict.marker) != std::string::npos)
    return verdict(request);
  if (coder_) {
    if (auto reply = coder_->play(request)) return *reply;
  }
  return known_or_generated(request.last_user_text, request.content, request.schema);
}

Reply Mind::verdict(const SimRequest& request) const {
  const std::string_view draft = draft_in(request.last_user_text);
  if (auto step = verdict_on_step(request, draft)) return *step;
  const Rule* rule = answers_.find(request.question);
  const std::optional<bool> right = rule == nullptr ? std::nullopt : rule->judge(draft);
  double accept = config_.verdict.accept_unknown;
  if (right) accept = *right ? config_.verdict.accept_right : config_.verdict.accept_wrong;
  const std::uint64_t content = mix(hash_of(request.question), request.content);
  if (random_for(content, "verdict").chance(accept)) return Reply::of_text("USE_DRAFT");
  // The rewrite is what this model answers to the question alone.
  Reply rewrite =
      known_or_generated(request.question, mix(hash_of(request.question), 0), request.schema);
  if (!offers_edits(request.last_user_text, draft) ||
      !random_for(content, "edit").chance(config_.verdict.edit))
    return rewrite;
  const auto edits = edit_reply(draft, rewrite.text());
  return edits ? Reply::of_text(*edits) : rewrite;
}

// Who plays a session knows its own next step, and a draft that takes another is wrong.
std::optional<Reply> Mind::verdict_on_step(const SimRequest& request,
                                           std::string_view draft) const {
  if (!coder_) return std::nullopt;
  SimRequest asked = request;
  asked.last_user_text = request.question;
  asked.now = request.before;
  auto own = coder_->play(asked);
  if (!own || draft.starts_with("A:\n")) return std::nullopt;  // two steps to be compared
  const double accept =
      is_step(*own, draft) ? config_.verdict.accept_right : config_.verdict.accept_wrong;
  const std::uint64_t content = mix(hash_of(request.question), request.content);
  if (random_for(content, "verdict").chance(accept)) return Reply::of_text("USE_DRAFT");
  return own;
}

Reply Mind::known_or_generated(std::string_view question, std::uint64_t content,
                               const std::string& schema) const {
  if (const Rule* rule = answers_.find(question)) {
    if (rule->answer) return *rule->answer;
    Random random = random_for(content, "answer");
    const bool right =
        rule->wrong.empty() || (!rule->right.empty() && random.chance(config_.accuracy));
    const auto& texts = right ? rule->right : rule->wrong;
    return Reply::of_text(texts[random.next() % texts.size()]);
  }
  Random random = random_for(content, "text");
  const auto tokens = static_cast<Tokens>(random.draw(config_.output_tokens) + 0.5);
  if (!schema.empty()) {
    wire::JsonIndex index;
    if (const auto parsed = index.parse(schema))
      return Reply::of_text(instance_of(*parsed, generated_text(random, 8)));
  }
  return Reply::of_text(generated_text(random, tokens));
}

}  // namespace rlm::sim
