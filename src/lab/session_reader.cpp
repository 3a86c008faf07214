#include "lab/session_reader.hpp"

#include <array>
#include <map>
#include <optional>
#include <string>

#include "lab/number_text.hpp"
#include "wire/json_cursor.hpp"

namespace rlm::lab {

namespace {

using wire::JsonValue;
using Type = JsonValue::Type;

/// More tokens than any prompt has, and seconds than any session lasts (a century).
constexpr std::int64_t kTokensMax = 1'000'000'000;
constexpr double kSecondsMax = 3.2e9;
constexpr std::size_t kNameBytesMax = 256;

enum Field {
  kSession,
  kThread,
  kAgent,
  kIsSide,
  kStart,
  kEnd,
  kInput,
  kWrite5m,
  kWrite1h,
  kRead,
  kOutput,
  kUserChars,
  kToolError,
  kLastMessage,
  kFieldCount
};
constexpr std::array<std::string_view, kFieldCount> kNames = {
    "session",       "thread",          "agent",           "is_side",        "t_start",
    "t_end",         "input_tokens",    "cache_write_5m",  "cache_write_1h", "cache_read",
    "output_tokens", "last_user_chars", "own_tools_error", "last_msg"};

/// One line's fields; the first mistake found is kept.
class LineFields {
 public:
  explicit LineFields(JsonValue root) {
    root.each_member([&](std::string_view key, JsonValue value) {
      for (std::size_t i = 0; i < kNames.size(); ++i) {
        if (kNames[i] != key) continue;
        if (values_[i].exists()) mistake(static_cast<Field>(i), "appears twice");
        values_[i] = value;
        break;
      }
      return true;
    });
    for (std::size_t i = 0; i < kNames.size(); ++i)
      if (!values_[i].exists()) mistake(static_cast<Field>(i), "is missing");
  }

  const std::string& mistake() const { return mistake_; }

  std::string text(Field field) {
    std::string value = values_[field].string();
    if (value.empty() || value.size() > kNameBytesMax) mistake(field, "need a short text");
    return value;
  }
  Tokens whole(Field field) {
    const Tokens value = values_[field].integer(-1);
    if (value < 0 || value > kTokensMax) mistake(field, "need a whole number from 0 to 1e9");
    return value;
  }
  double seconds(Field field) {
    const auto value =
        values_[field].is(Type::Number) ? number_of(values_[field].raw()) : std::optional<double>();
    if (!value || *value < -kSecondsMax || *value > kSecondsMax) {
      mistake(field, "need a number of seconds");
      return 0;
    }
    return *value;
  }
  bool is_null(Field field) const { return values_[field].is(Type::Null); }
  bool flag(Field field) {
    if (!values_[field].is(Type::True) && !values_[field].is(Type::False))
      mistake(field, "need true or false");
    return values_[field].is(Type::True);
  }
  /// The value of the name that the field holds.
  template <class Value, std::size_t kCount>
  Value named(Field field, const std::array<std::pair<std::string_view, Value>, kCount>& names) {
    for (const auto& [name, value] : names)
      if (values_[field].equals(name)) return value;
    std::string wanted;
    for (const auto& [name, value] : names)
      wanted += (wanted.empty() ? "\"" : ", \"") + std::string(name) + "\"";
    mistake(field, "need one of " + wanted);
    return names[0].second;
  }

 private:
  void mistake(Field field, std::string_view what) {
    if (mistake_.empty())
      mistake_.append("field \"").append(kNames[field]).append("\": ").append(what);
  }

  std::array<JsonValue, kFieldCount> values_;
  std::string mistake_;
};

constexpr std::array<std::pair<std::string_view, SessionSource>, 3> kAgents = {
    {{"claude-code", SessionSource::ClaudeCode},
     {"codex", SessionSource::Codex},
     {"opencode", SessionSource::OpenCode}}};
constexpr std::array<std::pair<std::string_view, LastMessage>, 4> kLastMessages = {
    {{"none", LastMessage::None},
     {"user_text", LastMessage::UserText},
     {"tool_result", LastMessage::ToolResult},
     {"mixed", LastMessage::Mixed}}};

SessionCall call_of(LineFields& line) {
  SessionCall call;
  call.end_s = line.seconds(kEnd);
  call.start_s = line.is_null(kStart) ? call.end_s : line.seconds(kStart);
  call.input = line.whole(kInput);
  call.cache_write_5m = line.whole(kWrite5m);
  call.cache_write_1h = line.whole(kWrite1h);
  call.cache_read = line.whole(kRead);
  call.output = line.whole(kOutput);
  call.user_chars = line.whole(kUserChars);
  call.tool_error = !line.is_null(kToolError) && line.flag(kToolError);
  call.last = line.named(kLastMessage, kLastMessages);
  return call;
}

/// Puts the lines' calls into their threads.
class SessionReader {
 public:
  /// The mistake of the line; empty when it was taken.
  std::string add(std::string_view text) {
    const auto root = index_.parse(text);
    if (!root) return "not JSON: " + root.error().message;
    if (!root->is(Type::Object)) return "need a JSON object";
    LineFields line(*root);
    if (!line.mistake().empty()) return line.mistake();
    const std::string name = line.text(kSession) + '\n' + line.text(kThread);
    const SessionSource source = line.named(kAgent, kAgents);
    const bool side = line.flag(kIsSide);
    const SessionCall call = call_of(line);
    if (!line.mistake().empty()) return line.mistake();
    const auto [known, is_new] = at_.try_emplace(name, threads_.size());
    if (is_new) threads_.push_back({source, side, {}});
    SessionThread& thread = threads_[known->second];
    if (thread.source != source) return "field \"agent\": another one than earlier in this thread";
    thread.calls.push_back(call);
    return {};
  }

  std::vector<SessionThread> take() {
    for (SessionThread& thread : threads_) find_shared_prefixes(thread);
    return std::move(threads_);
  }

 private:
  wire::JsonIndex index_;
  std::map<std::string, std::size_t> at_;
  std::vector<SessionThread> threads_;
};

}  // namespace

Result<std::vector<SessionThread>> read_sessions(std::string_view jsonl) {
  SessionReader reader;
  for (std::int64_t number = 1; !jsonl.empty(); ++number) {
    const std::size_t end = jsonl.find('\n');
    const std::string_view text = jsonl.substr(0, end);
    jsonl = end == std::string_view::npos ? std::string_view() : jsonl.substr(end + 1);
    if (text.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    const std::string mistake = reader.add(text);
    if (!mistake.empty())
      return fail(ErrorKind::BadRequest, Source::Self,
                  "line " + std::to_string(number) + ": " + mistake);
  }
  auto threads = reader.take();
  if (threads.empty()) return fail(ErrorKind::BadRequest, Source::Self, "holds no model call");
  return threads;
}

}  // namespace rlm::lab
