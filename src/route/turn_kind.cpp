#include "route/turn_kind.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "wire/json_cursor.hpp"

namespace rlm::route {
namespace {

constexpr std::string_view kClassifierStop = "</severity>";
constexpr std::size_t kOpeningBytes = 512;
constexpr std::size_t kScanBytesMax = 64u << 10;

std::string lower(std::string_view text) {
  std::string folded(text);
  for (char& c : folded)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  return folded;
}

// Whether `schema` is one of an object with exactly these properties (given in sorted order). A
// schema that does not parse, because only its beginning was kept, counts when it names them all.
bool has_exactly(std::string_view schema, std::initializer_list<std::string_view> wanted) {
  if (schema.empty()) return false;
  thread_local wire::JsonIndex index;
  const auto root = index.parse(schema);
  if (!root)
    return std::all_of(wanted.begin(), wanted.end(), [schema](std::string_view name) {
      return schema.find('"' + std::string(name) + '"') != std::string_view::npos;
    });
  std::vector<std::string> found;
  root->member("properties").each_member([&found](std::string_view key, const wire::JsonValue&) {
    found.emplace_back(key);
    return true;
  });
  std::sort(found.begin(), found.end());
  return std::equal(found.begin(), found.end(), wanted.begin(), wanted.end());
}

// Claude Code gives its classifier calls, alone among its requests, 60 s and no stream. The second
// stage may come without the stop sequence of the first, so this is looked at as well.
bool has_classifier_shape(const Request& request) {
  return request.facts.tool_count == 0 && !request.facts.stream &&
         !find_header(request.headers, "x-claude-code-session-id").empty() &&
         find_header(request.headers, "x-stainless-timeout") == "60";
}

bool is_title_request(const RequestFacts& facts) {
  return facts.tool_count == 0 && has_exactly(facts.structured_schema, {"title"});
}

// A probe for quota or reachability asks for one token at most.
bool is_probe(const RequestFacts& facts) {
  return facts.tool_count == 0 && (facts.max_tokens == 0 || facts.max_tokens == 1);
}

// The whole history with all tools, and at its end an order to answer with a summary in text alone.
bool is_compaction(const RequestFacts& facts) {
  if (facts.tool_count == 0 || facts.last_speaker != Role::User) return false;
  const auto text = std::string_view(facts.last_user_text).substr(0, kScanBytesMax);
  if (text.find("<summary>") == std::string_view::npos) return false;
  const std::string opening = lower(text.substr(0, kOpeningBytes));
  for (const char* order :
       {"text only", "only text", "plain text", "do not call any tool", "do not use any tool"})
    if (opening.find(order) != std::string::npos) return true;
  return false;
}

TurnKind turn_by_last_speaker(const RequestFacts& facts) {
  if (facts.ends_with_tool_result)
    return facts.last_tool_failed ? TurnKind::Recover : TurnKind::Continue;
  return facts.tool_count > 0 ? TurnKind::Ask : TurnKind::Chat;
}

}  // namespace

std::string_view name_of(TurnKind turn) {
  switch (turn) {
    case TurnKind::Side:
      return "side";
    case TurnKind::Compaction:
      return "compaction";
    case TurnKind::Chat:
      return "chat";
    case TurnKind::Ask:
      return "ask";
    case TurnKind::Continue:
      return "continue";
    case TurnKind::Recover:
      return "recover";
  }
  return "chat";
}

bool is_safety_gate(const Request& request) {
  const auto& stops = request.facts.stop_sequences;
  return std::find(stops.begin(), stops.end(), kClassifierStop) != stops.end() ||
         has_exactly(request.facts.structured_schema, {"ok", "reason"}) ||
         has_classifier_shape(request);
}

TurnKind turn_of(const Request& request) {
  const RequestFacts& facts = request.facts;
  if (!find_header(request.headers, "x-claude-code-compaction").empty())
    return TurnKind::Compaction;
  const auto hint = find_header(request.headers, "x-claude-code-request-class");
  if (hint == "compaction") return TurnKind::Compaction;
  if (hint == "auxiliary") return TurnKind::Side;
  // The hints are exact: a named class is not second-guessed by signatures.
  if (hint.empty()) {
    if (is_title_request(facts) || is_probe(facts)) return TurnKind::Side;
    if (is_compaction(facts)) return TurnKind::Compaction;
  }
  return turn_by_last_speaker(facts);
}

}  // namespace rlm::route
