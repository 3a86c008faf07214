#include "verify/verdict_prompt.hpp"

#include <algorithm>
#include <cctype>
#include <optional>

namespace rlm::verify {
namespace {

constexpr std::string_view kPlace = "{draft}";
constexpr std::size_t kFenceMin = 3;

// A fence around {draft}: positions in the template of the two equal lines, and their character.
struct Fence {
  std::size_t before = 0;
  std::size_t after = 0;
  std::size_t size = 0;
  char mark = 0;
};

bool is_fence_line(std::string_view line) {
  return line.size() >= kFenceMin && std::ispunct(static_cast<unsigned char>(line[0])) != 0 &&
         line.find_first_not_of(line[0]) == std::string_view::npos;
}

std::optional<Fence> fence_of(std::string_view text, std::size_t place) {
  const std::size_t after = place + kPlace.size();
  if (place == 0 || text[place - 1] != '\n') return std::nullopt;
  if (after >= text.size() || text[after] != '\n') return std::nullopt;

  const auto head = text.substr(0, place - 1);
  const std::size_t begin = head.rfind('\n') == std::string_view::npos ? 0 : head.rfind('\n') + 1;
  const auto line = head.substr(begin);
  const auto tail = text.substr(after + 1);
  if (!is_fence_line(line) || tail.substr(0, tail.find('\n')) != line) return std::nullopt;
  return Fence{begin, after + 1, line.size(), line[0]};
}

std::size_t longest_run(std::string_view text, char mark) {
  std::size_t longest = 0;
  std::size_t run = 0;
  for (const char c : text) {
    run = c == mark ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

}  // namespace

std::string verdict_message(const VerdictPrompt& prompt, std::string_view draft_text) {
  const std::string_view text = prompt.text;
  const std::size_t place = text.find(kPlace);
  if (place == std::string_view::npos) return prompt.text;

  std::string longer;  // what each fence line gets in addition
  const auto fence = fence_of(text, place);
  if (fence) {
    const std::size_t run = longest_run(draft_text, fence->mark);
    if (run >= fence->size) longer.assign(run + 1 - fence->size, fence->mark);
  }
  std::string message;
  message.reserve(text.size() + draft_text.size() + 2 * longer.size());
  const std::size_t first = fence ? fence->before : place;
  message.append(text.substr(0, first)).append(longer).append(text.substr(first, place - first));
  message.append(draft_text);
  const std::size_t after = place + kPlace.size();
  const std::size_t second = fence ? fence->after : after;
  message.append(text.substr(after, second - after)).append(longer).append(text.substr(second));
  return message;
}

std::string told_calls(const Answer& answer) {
  std::string text = answer.text();
  for (const ContentBlock& block : answer.content)
    if (block.kind == ContentBlock::Kind::ToolUse)
      text.append(text.empty() ? "" : "\n").append(block.name).append(" ").append(block.text);
  return text;
}

Result<VerdictPrompt> validated(VerdictPrompt prompt) {
  const std::size_t place = prompt.text.find(kPlace);
  if (place == std::string::npos)
    return fail(ErrorKind::BadRequest, Source::Self,
                "verdict prompt: no {draft} in the text, need it exactly once");
  if (prompt.text.find(kPlace, place + 1) != std::string::npos)
    return fail(ErrorKind::BadRequest, Source::Self,
                "verdict prompt: {draft} occurs more than once, need it exactly once");
  return prompt;
}

}  // namespace rlm::verify
