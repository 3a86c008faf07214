#include "sim/answers.hpp"

#include <algorithm>
#include <cstdlib>

namespace rlm::sim {
namespace {

using Type = wire::JsonValue::Type;

void read_texts(wire::JsonValue value, std::vector<std::string>& into) {
  if (value.is(Type::String)) into.push_back(value.string());
  value.each_element([&](wire::JsonValue text) {
    into.push_back(text.string());
    return true;
  });
}

Result<Rule> read_rule(wire::JsonValue json, wire::JsonIndex& scratch) {
  Rule rule;
  rule.exact = json.member("equals").exists();
  rule.match = bare_text(json.member(rule.exact ? "equals" : "match").string());
  read_texts(json.member("right"), rule.right);
  read_texts(json.member("wrong"), rule.wrong);
  // What is left of the line is a reply: the keys that are the rule's own are taken out.
  std::string rest = "{";
  json.each_member([&](std::string_view key, wire::JsonValue value) {
    for (const std::string_view own : {"match", "equals", "right", "wrong", "comment"})
      if (own == key) return true;
    rest.append(rest.size() > 1 ? ",\"" : "\"").append(key).append("\":").append(value.raw());
    return true;
  });
  if (rest.size() == 1) {
    if (rule.right.empty() && rule.wrong.empty())
      return fail(ErrorKind::BadRequest, Source::Self, "need an answer, or right or wrong texts");
    return rule;
  }
  rest += '}';
  const auto reparsed = scratch.parse(rest);
  if (!reparsed) return fail(reparsed.error());
  auto reply = read_reply(*reparsed);
  if (!reply) return fail(std::move(reply.error()));
  rule.answer = std::move(*reply);
  return rule;
}

bool is_right(wire::JsonValue correct) {
  if (correct.is(Type::Number))
    return std::strtod(std::string(correct.raw()).c_str(), nullptr) >= 0.5;
  return correct.is(Type::True);
}

std::string last_user_text(wire::JsonValue messages) {
  std::string text;
  messages.each_element([&](wire::JsonValue message) {
    if (message.member("role").equals("user") && message.member("content").is(Type::String))
      text = bare_text(message.member("content").string());
    return true;
  });
  return text;
}

// Nothing when the side holds no single answer (records of whole agent runs).
std::optional<Reply> recorded(wire::JsonValue side) {
  Reply reply;
  if (const auto text = side.member("text"); text.is(Type::String))
    reply = Reply::of_text(text.string());
  append_tool_calls(side.member("tool_calls"), reply.blocks);
  if (reply.blocks.empty()) return std::nullopt;
  if (const auto tokens = side.member("output_tokens"); tokens.integer(0) > 0)
    reply.output_tokens = tokens.integer(0);
  return reply;
}

std::optional<Rule> read_pair(wire::JsonValue json, Side side) {
  Rule rule;
  rule.exact = true;
  rule.match = last_user_text(json.member("messages"));
  const auto draft = json.member("draft");
  rule.answer = recorded(side == Side::Draft ? draft : json.member("verify"));
  if (rule.match.empty() || !rule.answer) return std::nullopt;
  if (draft.member("text").is(Type::String) && draft.member("correct").exists())
    (is_right(draft.member("correct")) ? rule.right : rule.wrong)
        .push_back(draft.member("text").string());
  return rule;
}

bool holds_one(std::string_view draft, const std::vector<std::string>& texts) {
  return std::any_of(texts.begin(), texts.end(), [draft](const std::string& text) {
    return !text.empty() && draft.find(text) != std::string_view::npos;
  });
}

bool equals_one(std::string_view draft, const std::vector<std::string>& texts) {
  return std::any_of(texts.begin(), texts.end(),
                     [draft](const std::string& text) { return bare_text(text) == draft; });
}

}  // namespace

std::optional<bool> Rule::judge(std::string_view draft) const {
  const std::string bare = bare_text(draft);
  if (equals_one(bare, right)) return true;
  if (equals_one(bare, wrong)) return false;
  if (answer && !bare.empty() && bare_text(answer->text()) == bare) return true;
  if (holds_one(bare, right)) return true;
  if (holds_one(bare, wrong)) return false;
  return std::nullopt;
}

void Answers::add(Rule rule) {
  const std::size_t at = rules_.size();
  if (rule.exact)
    exact_.emplace(rule.match, at);
  else
    partial_.push_back(at);
  rules_.push_back(std::move(rule));
}

void Answers::add_lines(std::string_view lines, Side side, std::string_view origin,
                        std::string& mistakes) {
  wire::JsonIndex index;
  wire::JsonIndex scratch;
  std::size_t number = 0;
  std::size_t reported = 0;
  while (!lines.empty()) {
    const auto end = std::min(lines.find('\n'), lines.size());
    const std::string_view line = lines.substr(0, end);
    lines.remove_prefix(std::min(end + 1, lines.size()));
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    const auto json = index.parse(line);
    Result<Rule> rule = json ? Result<Rule>() : Result<Rule>(fail(json.error()));
    if (json && json->member("messages").exists()) {
      if (auto pair = read_pair(*json, side)) add(std::move(*pair));
      continue;
    }
    if (json) rule = read_rule(*json, scratch);
    if (rule) {
      add(std::move(*rule));
    } else if (++reported <= 10) {
      mistakes.append(mistakes.empty() ? "" : "\n").append(origin);
      mistakes += ":" + std::to_string(number) + ": " + rule.error().message;
    }
  }
}

Result<Answers> Answers::load(const std::vector<std::string>& files, Side side) {
  Answers answers;
  std::string mistakes;
  for (const std::string& file : files) {
    const auto lines = read_lines_file(file);
    if (lines)
      answers.add_lines(*lines, side, file, mistakes);
    else
      mistakes += (mistakes.empty() ? "" : "\n") + lines.error().message;
  }
  if (!mistakes.empty()) return fail(ErrorKind::BadRequest, Source::Self, std::move(mistakes));
  return answers;
}

const Rule* Answers::find(std::string_view user_text) const {
  if (const auto found = exact_.find(std::string(user_text)); found != exact_.end())
    return &rules_[found->second];
  for (const std::size_t at : partial_)
    if (user_text.find(rules_[at].match) != std::string_view::npos) return &rules_[at];
  return nullptr;
}

}  // namespace rlm::sim
