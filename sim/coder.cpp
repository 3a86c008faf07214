#include "sim/coder.hpp"

#include <algorithm>

#include "sim/answers.hpp"
#include "wire/json_text.hpp"

namespace rlm::sim {
namespace {

bool offers(const SimRequest& request, const std::vector<Reply>& steps) {
  for (const Reply& step : steps) {
    for (const ReplyBlock& block : step.blocks) {
      if (block.kind != ReplyBlock::Kind::ToolUse) continue;
      if (std::find(request.tools.begin(), request.tools.end(), block.name) == request.tools.end())
        return false;
    }
  }
  return true;
}

std::optional<std::string> between(std::string_view text, std::string_view after,
                                   std::string_view until) {
  const auto begin = text.find(after);
  if (begin == std::string_view::npos) return std::nullopt;
  text.remove_prefix(begin + after.size());
  return std::string(text.substr(0, until.empty() ? text.size() : text.find(until)));
}

}  // namespace

Result<Coder::Session> Coder::read_session(wire::JsonValue json) {
  Session session;
  session.match = json.member("match").string();
  session.final_text = json.member("final").string();
  json.member("vars").each_member([&](std::string_view name, wire::JsonValue where) {
    session.variables.push_back(
        {std::string(name), where.member("after").string(), where.member("until").string()});
    return true;
  });
  Result<void> failed;
  json.member("steps").each_element([&](wire::JsonValue step) {
    auto reply = read_reply(step);
    if (reply)
      session.steps.push_back(std::move(*reply));
    else
      failed = fail(std::move(reply.error()));
    return failed.has_value();
  });
  if (!failed) return fail(std::move(failed.error()));
  if (session.steps.empty() && session.final_text.empty())
    return fail(ErrorKind::BadRequest, Source::Self, "a session needs steps or a final text");
  return session;
}

Result<Coder> Coder::parse(std::string_view json) {
  wire::JsonIndex index;
  const auto root = index.parse(json);
  if (!root) return fail(root.error());
  Coder coder;
  Result<void> failed;
  root->member("sessions").each_element([&](wire::JsonValue item) {
    auto session = read_session(item);
    if (session)
      coder.sessions_.push_back(std::move(*session));
    else
      failed = fail(std::move(session.error()));
    return failed.has_value();
  });
  if (!failed) return fail(std::move(failed.error()));
  if (coder.sessions_.empty())
    return fail(ErrorKind::BadRequest, Source::Self, "sessions: none, need at least one");
  return coder;
}

Result<Coder> Coder::load(const std::string& path) {
  const auto text = read_lines_file(path);
  if (!text) return fail(text.error());
  auto coder = parse(*text);
  if (!coder) return fail(ErrorKind::BadRequest, Source::Self, path + ": " + coder.error().message);
  return coder;
}

std::string Coder::value_of(const Session& session, std::string_view name,
                            const SimRequest& request) {
  if (name == "user") return request.last_user_text;
  if (name == "result") return request.now.last_tool_result;
  for (const Variable& variable : session.variables) {
    if (variable.name != name) continue;
    if (auto found = between(request.now.turn_text, variable.after, variable.until)) return *found;
    return between(request.prompt, variable.after, variable.until).value_or("");
  }
  return "{{" + std::string(name) + "}}";
}

std::string Coder::filled(const Session& session, std::string_view text, const SimRequest& request,
                          bool inside_json) {
  std::string out;
  for (;;) {
    const auto open = text.find("{{");
    const auto close = open == std::string_view::npos ? open : text.find("}}", open);
    if (close == std::string_view::npos) return out.append(text);
    out += text.substr(0, open);
    const std::string value = value_of(session, text.substr(open + 2, close - open - 2), request);
    if (inside_json) {
      const std::string quoted = wire::json_string(value);
      out.append(quoted, 1, quoted.size() - 2);
    } else {
      out += value;
    }
    text.remove_prefix(close + 2);
  }
}

std::optional<Reply> Coder::play(const SimRequest& request) const {
  for (const Session& session : sessions_) {
    if (request.now.turn_text.find(session.match) == std::string::npos) continue;
    if (!offers(request, session.steps)) continue;
    const auto step = static_cast<std::size_t>(request.now.assistant_turns);
    Reply reply =
        step < session.steps.size() ? session.steps[step] : Reply::of_text(session.final_text);
    for (ReplyBlock& block : reply.blocks)
      block.text = filled(session, block.text, request, block.kind == ReplyBlock::Kind::ToolUse);
    return reply;
  }
  return std::nullopt;
}

}  // namespace rlm::sim
