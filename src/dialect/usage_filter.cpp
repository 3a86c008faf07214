#include "dialect/usage_filter.hpp"

namespace rlm::dialect {
namespace {

constexpr std::size_t kHeldMax = 64 * 1024;

// Behind the first whole event; npos when there is none.
std::size_t end_of_event(std::string_view bytes) {
  for (std::size_t at = bytes.find('\n'); at != std::string_view::npos;
       at = bytes.find('\n', at + 1)) {
    if (bytes.substr(at + 1).starts_with("\n")) return at + 2;
    if (bytes.substr(at + 1).starts_with("\r\n")) return at + 3;
  }
  return std::string_view::npos;
}

bool is_usage_chunk(std::string_view event, wire::JsonIndex& index) {
  if (event.find("\"usage\"") == std::string_view::npos || !event.starts_with("data:"))
    return false;
  const auto root = index.parse(event.substr(5, event.find_last_of('}') - 4));
  if (!root || !root->member("usage").is(wire::JsonValue::Type::Object)) return false;
  const auto choices = root->member("choices");
  bool any = false;
  choices.each_element([&](wire::JsonValue) {
    any = true;
    return false;
  });
  return choices.is(wire::JsonValue::Type::Array) && !any;
}

class UsageFilter final : public AnswerTranslator {
 public:
  Result<void> feed(std::string_view bytes, wire::JsonIndex& index, std::string& out) override {
    held_ += bytes;
    std::string_view rest = held_;
    for (std::size_t end = end_of_event(rest); end != std::string_view::npos;
         end = end_of_event(rest)) {
      if (!is_usage_chunk(rest.substr(0, end), index)) out += rest.substr(0, end);
      rest.remove_prefix(end);
    }
    if (rest.size() > kHeldMax) {
      out += rest;
      rest = {};
    }
    held_.erase(0, held_.size() - rest.size());
    return {};
  }
  Result<void> finish(wire::JsonIndex&, std::string& out) override {
    out += held_;
    return {};
  }

 private:
  std::string held_;
};

}  // namespace

std::unique_ptr<AnswerTranslator> without_usage_chunk() {
  return std::make_unique<UsageFilter>();
}

}  // namespace rlm::dialect
