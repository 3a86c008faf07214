#include "tests/support/answers.hpp"

#include <simdjson.h>

#include <array>
#include <cstdio>
#include <cstdlib>

namespace rlm::test {
namespace {

using Element = simdjson::dom::element;

// An element keeps its parser alive.
class Document {
 public:
  explicit Document(std::string_view json)
      : good_(parser_.parse(json.data(), json.size()).get(root_) == simdjson::SUCCESS) {}

  bool good() const { return good_; }
  bool find(std::string_view path, Element& found) const {
    if (!good_) return false;
    found = root_;
    while (!path.empty()) {
      const std::size_t dot = std::min(path.find('.'), path.size());
      const std::string key(path.substr(0, dot));
      path.remove_prefix(std::min(dot + 1, path.size()));
      const bool is_index = key.find_first_not_of("0123456789") == std::string::npos;
      const auto step = is_index ? found.at(std::stoul(key)) : found.at_key(key);
      if (step.get(found) != simdjson::SUCCESS) return false;
    }
    return true;
  }

 private:
  simdjson::dom::parser parser_;
  Element root_;
  bool good_;
};

// What a stream may still hold, event by event.
class Grammar {
 public:
  std::string check(const SseEvent& event) {
    const Document json(event.data);
    if (!json.good()) return "an event without JSON: " + event.data;
    if (json_at(event.data, "type") != event.name)
      return "a name that is not the type: " + event.name;
    if (event.name == "ping") return stopped_ ? "a ping behind message_stop" : "";
    if (stopped_) return event.name + " behind message_stop";
    if (event.name == "message_start") return on_start(event.data);
    if (!started_) return event.name + " before message_start";
    if (event.name == "content_block_start") return on_block_start(event.data);
    if (event.name == "content_block_delta") return on_delta(event.data);
    if (event.name == "content_block_stop") return on_block_stop(event.data);
    if (event.name == "message_delta") return on_message_delta(event.data);
    if (event.name != "message_stop") return "unknown event " + event.name;
    if (!ended_) return "message_stop without message_delta";
    stopped_ = true;
    return "";
  }
  bool stopped() const { return stopped_; }

 private:
  std::string on_start(const std::string& data) {
    if (std::exchange(started_, true)) return "a second message_start";
    if (json_at(data, "message.id").substr(0, 4) != "msg_") return "message_start without an id";
    if (json_at(data, "message.role") != "assistant") return "message_start of another role";
    if (number_at(data, "message.usage.input_tokens") < 0) return "message_start without usage";
    if (json_at(data, "message.content.0.type") != "(none)") return "message_start with content";
    return "";
  }
  std::string on_block_start(const std::string& data) {
    if (ended_) return "a block behind message_delta";
    if (open_) return "a block inside a block";
    if (number_at(data, "index") != next_) return "a block that is not the next one: " + data;
    open_ = true;
    kind_ = json_at(data, "content_block.type");
    ++next_;
    return "";
  }
  std::string on_delta(const std::string& data) {
    if (!open_ || number_at(data, "index") != next_ - 1) return "a delta outside its block";
    const std::string delta = json_at(data, "delta.type");
    const bool fits =
        (kind_ == "text" && delta == "text_delta") ||
        (kind_ == "tool_use" && delta == "input_json_delta") ||
        (kind_ == "thinking" && (delta == "thinking_delta" || delta == "signature_delta"));
    return fits ? "" : delta + " in a block of kind " + kind_;
  }
  std::string on_block_stop(const std::string& data) {
    if (!open_ || number_at(data, "index") != next_ - 1) return "a stop outside its block";
    open_ = false;
    return "";
  }
  std::string on_message_delta(const std::string& data) {
    if (open_) return "message_delta inside a block";
    if (std::exchange(ended_, true)) return "a second message_delta";
    if (json_at(data, "delta.stop_reason") == "null") return "no stop reason";
    if (number_at(data, "usage.output_tokens") < 0) return "message_delta without usage";
    return "";
  }

  bool started_ = false;
  bool open_ = false;
  bool ended_ = false;
  bool stopped_ = false;
  std::int64_t next_ = 0;
  std::string kind_;
};

}  // namespace

std::vector<SseEvent> sse_events(std::string_view stream) {
  std::vector<SseEvent> events;
  SseEvent event;
  bool any = false;
  while (!stream.empty()) {
    const std::size_t end = stream.find('\n');
    if (end == std::string_view::npos) break;
    std::string_view line = stream.substr(0, end);
    stream.remove_prefix(end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) {
      if (any) events.push_back(std::exchange(event, {}));
      any = false;
    } else if (line.starts_with("event:")) {
      event.name = line.substr(line.starts_with("event: ") ? 7 : 6);
      any = true;
    } else if (line.starts_with("data:")) {
      if (!event.data.empty()) event.data += '\n';
      event.data += line.substr(line.starts_with("data: ") ? 6 : 5);
      any = true;
    }
  }
  if (any || !stream.empty()) events.push_back({"(cut)", event.data + std::string(stream)});
  return events;
}

std::string names_of(std::string_view stream) {
  std::string names;
  for (const SseEvent& event : sse_events(stream)) names += (names.empty() ? "" : " ") + event.name;
  return names;
}

std::string grammar_mistake(std::string_view stream) {
  Grammar grammar;
  for (const SseEvent& event : sse_events(stream))
    if (std::string mistake = grammar.check(event); !mistake.empty()) return mistake;
  return grammar.stopped() ? "" : "no message_stop";
}

std::string text_of(std::string_view body) {
  std::string text;
  if (body.find("event:") == std::string_view::npos) {
    for (int i = 0;; ++i) {
      const std::string at = "content." + std::to_string(i);
      if (json_at(body, at + ".type") == "(none)") return text;
      if (json_at(body, at + ".type") == "text") text += json_at(body, at + ".text");
    }
  }
  for (const SseEvent& event : sse_events(body))
    if (json_at(event.data, "delta.type") == "text_delta")
      text += json_at(event.data, "delta.text");
  return text;
}

std::string json_at(std::string_view json, std::string_view path) {
  const Document document(json);
  Element found;
  if (!document.find(path, found)) return "(none)";
  std::string_view text;
  if (found.get(text) == simdjson::SUCCESS) return std::string(text);
  return simdjson::minify(found);
}

std::int64_t number_at(std::string_view json, std::string_view path) {
  const Document document(json);
  Element found;
  std::int64_t value = -1;
  if (!document.find(path, found) || found.get(value) != simdjson::SUCCESS) return -1;
  return value;
}

bool is_error(std::string_view json, std::string_view type) {
  return json_at(json, "type") == "error" && json_at(json, "error.type") == type &&
         json_at(json, "error.message").size() > 3 && json_at(json, "error.message") != "(none)";
}

std::string json_quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < 0x20) {
      std::array<char, 8> escape{};
      std::snprintf(escape.data(), escape.size(), "\\u%04x", static_cast<unsigned>(c));
      out += escape.data();
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string user_body(std::string_view text, bool stream, std::string_view more,
                      std::string_view model) {
  std::string body = "{\"model\":" + json_quoted(model) + ",\"max_tokens\":4096";
  if (stream) body += ",\"stream\":true";
  body += ",\"messages\":[{\"role\":\"user\",\"content\":" + json_quoted(text) + "}]";
  return body.append(more) + "}";
}

}  // namespace rlm::test
