#include "sim/prompt_writer.hpp"

#include "sim/random.hpp"

namespace rlm::sim {

Mark mark_of(wire::JsonValue holder) {
  const auto control = holder.member("cache_control");
  if (!control.is(wire::JsonValue::Type::Object)) return Mark::None;
  return control.member("ttl").equals("1h") ? Mark::OneHour : Mark::FiveMinutes;
}

void PromptWriter::salt(std::string_view setting) {
  chain_ = hash_of(setting, chain_);
}

void PromptWriter::close_block(std::string_view kind, std::size_t begin, Tokens tokens, Mark mark,
                               bool cacheable) {
  const auto text = std::string_view(request_.prompt).substr(begin);
  chain_ = mix(hash_of(kind, chain_), hash_of(text));
  request_.binding = mix(hash_of(kind, request_.binding), hash_of(text));
  PromptBlock block;
  block.chain = chain_;
  block.end = request_.prompt.size();
  block.tokens = tokens;
  block.mark = mark;
  block.cacheable = cacheable;
  request_.blocks.push_back(block);
}

void PromptWriter::add(std::string_view kind, std::string_view text, Mark mark, bool cacheable) {
  const std::size_t begin = request_.prompt.size();
  request_.prompt += text;
  close_block(kind, begin, tokens_of(text.size()), mark, cacheable);
}

void PromptWriter::append_without_mark(wire::JsonValue block) {
  block.each_member([&](std::string_view key, wire::JsonValue value) {
    if (key == "cache_control") return true;
    request_.prompt.append(key).append(":");
    if (key == "content" && value.is(wire::JsonValue::Type::Array)) {
      value.each_element([&](wire::JsonValue entry) {  // what a tool returned has marks of its own
        if (entry.is(wire::JsonValue::Type::Object))
          append_without_mark(entry);
        else
          request_.prompt.append(entry.raw());
        return true;
      });
    } else {
      request_.prompt.append(value.raw());
    }
    request_.prompt.append("\n");
    return true;
  });
}

void PromptWriter::add_json(std::string_view kind, wire::JsonValue block, Mark mark,
                            bool cacheable) {
  const std::size_t begin = request_.prompt.size();
  append_without_mark(block);
  const auto text = std::string_view(request_.prompt).substr(begin);
  const bool media = text.find("\"media_type\"") != std::string_view::npos ||
                     text.find(";base64,") != std::string_view::npos;
  const std::size_t bytes = text.size();
  close_block(kind, begin, media ? kMediaTokens : tokens_of(bytes), mark, cacheable);
}

}  // namespace rlm::sim
