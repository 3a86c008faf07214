// A request, a tool's name and an input, one a line, judged whatever they hold: no crash, no hang;
// a tool that is not offered and a destructive command are never proven; ids end up valid and
// different.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "draft/prove_tool_calls.hpp"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

std::string_view take_line(std::string_view& text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(line.size() + 1, text.size()));
  return line;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rlm;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  const Buffer body(take_line(text));
  Answer answer;
  answer.content.resize(2);
  for (ContentBlock& block : answer.content) {
    block.kind = ContentBlock::Kind::ToolUse;
    block.name = take_line(text);
    block.id = block.name;
    block.text = take_line(text);
  }
  const auto session = draft::SessionFacts::read(body, {});
  if (session == nullptr) return 0;
  draft::ToolRules rules;
  rules.allows_write = rules.allows_execute = rules.checks_count = true;
  const auto proven = draft::prove_calls(answer, *session, rules, "and also 7 more");
  if (proven) require(*proven > Risk::None && *proven < Risk::Destructive);
  for (const ContentBlock& block : answer.content)
    if (session->find_tool(block.name) == nullptr) require(!proven);
  answer.content[1].name = "Bash";
  answer.content[1].text = R"({"command":"ls; rm -rf x"})";
  require(!draft::prove_calls(answer, *session, rules, ""));
  draft::give_fresh_ids(answer, *session);
  for (const ContentBlock& block : answer.content) {
    require(!block.id.empty() && !session->has_id(block.id));
    require(block.id.find_first_not_of(
                "0123456789_-abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") ==
            std::string::npos);
  }
  require(answer.content[0].id != answer.content[1].id);
  return 0;
}
