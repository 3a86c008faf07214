#include "wire/usage_at_end.hpp"

namespace rlm::wire {
namespace {

constexpr std::string_view kBlank = " \t\r\n";

std::string_view without_blanks_behind(std::string_view text) {
  return text.substr(0, text.find_last_not_of(kBlank) + 1);
}

/// Takes `"…"` with nothing escaped off the front; false when something else stands there.
bool take_string(std::string_view& text, std::string_view& value) {
  if (text.empty() || text.front() != '"') return false;
  const auto end = text.find('"', 1);
  if (end == text.npos) return false;
  value = text.substr(1, end - 1);
  if (value.find('\\') != value.npos) return false;
  text.remove_prefix(end + 1);
  return true;
}

/// Whether one of the string members at the front of the object says that it is a message.
bool begins_as_message(std::string_view body) {
  if (body.empty() || body.front() != '{') return false;
  body.remove_prefix(1);
  std::string_view key, value;
  while (take_string(body, key) && !body.empty() && body.front() == ':') {
    body.remove_prefix(1);
    if (!take_string(body, value)) return false;
    if (key == "type") return value == "message";
    if (body.empty() || body.front() != ',') return false;
    body.remove_prefix(1);
  }
  return false;
}

}  // namespace

std::optional<JsonValue> usage_at_end(std::string_view body, JsonIndex& index) {
  if (!begins_as_message(body)) return std::nullopt;
  body = without_blanks_behind(body);
  if (!body.ends_with('}')) return std::nullopt;
  body = without_blanks_behind(body.substr(0, body.size() - 1));
  constexpr std::string_view kKey = R"("usage":)";
  const auto at = body.rfind(R"("usage":{)");
  if (at == body.npos) return std::nullopt;
  const auto usage = index.parse(body.substr(at + kKey.size()));
  if (!usage || !usage->is(JsonValue::Type::Object)) return std::nullopt;
  return *usage;
}

}  // namespace rlm::wire
