#include "dialect/messages_quirks.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include "dialect/prompt_blocks.hpp"
#include "dialect/request_members.hpp"
#include "dialect/system_mark.hpp"

namespace rlm::dialect {
namespace {

using wire::JsonValue;
using Type = JsonValue::Type;

// Sources and dates are in docs/upstreams.md.
constexpr std::string_view kDeepSeekBlocks[] = {
    "text",  "tool_use",        "tool_result",           "thinking",
    "image", "server_tool_use", "web_search_tool_result"};
constexpr MessagesQuirks kNamed[] = {{.name = "deepseek",
                                      .called = "DeepSeek's form of Messages",
                                      .blocks = kDeepSeekBlocks,
                                      .thinks_unasked = true}};

// Takes the elements that `goes(element)` out of `list`, with one comma each. Nothing when all of
// them go.
template <class Goes>
void cut_elements(JsonValue list, wire::SplicedBody& body, Goes&& goes) {
  std::size_t last_end = list.span().begin + 1;
  bool any_stays = false;
  bool any_went = false;
  list.each_element([&](JsonValue element) {
    const Span where = element.span();
    const bool cut = goes(element);
    if (cut && any_stays) body.replace({last_end, where.end}, {});
    if (!cut && !any_stays && any_went) body.replace({list.span().begin + 1, where.begin}, {});
    any_stays = any_stays || !cut;
    any_went = any_went || cut;
    last_end = where.end;
    return true;
  });
}

// Whether an assistant's message calls a tool without a thought before it.
bool has_lost_thinking(JsonValue messages) {
  bool lost = false;
  messages.each_element([&](JsonValue message) {
    bool calls = false;
    bool thinks = false;
    message.member("content").each_element([&](JsonValue block) {
      calls = calls || block.member("type").equals("tool_use");
      thinks = thinks || block.member("type").equals("thinking");
      return true;
    });
    lost = calls && !thinks;
    return !lost;
  });
  return lost;
}

class Fitting {
 public:
  Fitting(const MessagesQuirks& quirks, wire::SplicedBody& body) : quirks_(quirks), body_(body) {}

  Result<void> fit(JsonValue messages) {
    Result<void> done;
    std::size_t number = 0;
    messages.each_element([&](JsonValue message) {
      const std::string place = "messages." + std::to_string(number++) + ".content";
      if (!says_nothing(message)) done = fit_message(message, place);
      return done.has_value();
    });
    if (done) cut_elements(messages, body_, [&](JsonValue one) { return says_nothing(one); });
    return done;
  }

 private:
  bool takes(JsonValue block) const {
    const auto type = block.member("type").quoted();
    return std::find(quirks_.blocks.begin(), quirks_.blocks.end(), type) != quirks_.blocks.end();
  }
  bool goes(JsonValue block) const {
    return block.member("type").equals("redacted_thinking") && !takes(block);
  }
  bool says_nothing(JsonValue message) const {
    bool any = false;
    bool all_go = true;
    message.member("content").each_element([&](JsonValue block) {
      any = true;
      return all_go = goes(block);
    });
    return any && all_go;
  }

  Result<void> fit_message(JsonValue message, const std::string& place) {
    const JsonValue content = message.member("content");
    const JsonValue role = message.member("role");
    if (role.equals("system") && !quirks_.system_entries) {
      body_.replace(role.span(), "\"user\"");
      mark_system(content, body_);
    }
    if (auto done = fit_blocks(content, place); !done) return done;
    cut_elements(content, body_, [&](JsonValue block) { return goes(block); });
    return {};
  }

  Result<void> fit_blocks(JsonValue content, const std::string& place) {
    Result<void> done;
    std::size_t number = 0;
    content.each_element([&](JsonValue block) {
      const std::string here = place + "." + std::to_string(number++);
      if (block.member("type").equals("tool_result"))
        done = fit_blocks(block.member("content"), here + ".content");
      else if (!takes(block) && !goes(block))
        done = write_as_text(block, here);
      return done.has_value();
    });
    return done;
  }

  Result<void> write_as_text(JsonValue block, const std::string& place) {
    static constexpr OpenAiQuirks kTextOnly{.name = "", .images = false, .image_urls = false};
    const PromptRules rules{.quirks = kTextOnly, .dialect = quirks_.called};
    PromptBlocks blocks(rules);
    std::vector<PromptPart> parts;
    if (const std::string refused = blocks.add(block, parts); !refused.empty())
      return not_expressible(place, refused, quirks_.called);
    std::string texts;
    for (const PromptPart& part : parts) {
      if (!texts.empty()) texts += ',';
      texts.append(R"({"type":"text","text":")").append(part.text).append("\"}");
    }
    body_.replace(block.span(), std::move(texts));
    return {};
  }

  const MessagesQuirks& quirks_;
  wire::SplicedBody& body_;
};

// `words` are the inside of a JSON string.
void tell_system(JsonValue root, const std::string& words, wire::SplicedBody& body) {
  const JsonValue system = root.member("system");
  const std::size_t last = system.exists() ? system.span().end - 1 : 0;  // its quote or bracket
  bool any = false;
  system.each_element([&](JsonValue) { return any = true, false; });
  const std::string block = R"({"type":"text","text":")" + words + "\"}";
  if (system.is(Type::String)) {
    body.replace({last, last}, (system.quoted().empty() ? "" : "\\n\\n") + words);
  } else if (system.is(Type::Array)) {
    body.replace({last, last}, (any ? "," : "") + block);
  } else if (system.exists()) {
    body.replace(system.span(), "[" + block + "]");
  } else {
    const std::size_t front = root.span().begin + 1;
    body.replace({front, front}, "\"system\":[" + block + "],");
  }
}

void tell_format(JsonValue root, wire::SplicedBody& body) {
  JsonValue schema;
  for (const JsonValue format :
       {root.member("output_config").member("format"), root.member("output_format")}) {
    if (!format.is(Type::Object)) continue;
    if (!schema.exists()) schema = format.member("schema");
    body.replace(format.span(), "null");
  }
  if (schema.exists()) tell_system(root, schema_in_words(schema), body);
}

}  // namespace

const MessagesQuirks* messages_quirks(std::string_view name) {
  const auto* found = std::find_if(std::begin(kNamed), std::end(kNamed),
                                   [&](const MessagesQuirks& one) { return one.name == name; });
  return found == std::end(kNamed) ? nullptr : found;
}

Result<void> fit_messages(JsonValue root, const MessagesQuirks& quirks, wire::SplicedBody& body) {
  const JsonValue messages = root.member("messages");
  if (auto done = Fitting(quirks, body).fit(messages); !done) return done;
  if (!quirks.formats) tell_format(root, body);
  if (quirks.thinks_unasked && !root.member("thinking").exists() && has_lost_thinking(messages)) {
    const std::size_t end = root.span().end - 1;
    body.replace({end, end}, R"(,"thinking":{"type":"disabled"})");
  }
  return {};
}

}  // namespace rlm::dialect
