#include "dialect/prompt_blocks.hpp"

#include "dialect/request_members.hpp"

namespace rlm::dialect {
namespace {

using wire::JsonValue;
using Kind = PromptPart::Kind;

}  // namespace

void add_text(std::vector<PromptPart>& parts, JsonValue text, bool continues) {
  if (!text.quoted().empty()) parts.push_back({.text = text.quoted(), .continues = continues});
}

std::string PromptBlocks::add(JsonValue block, std::vector<PromptPart>& parts) {
  const std::string_view type = block.member("type").quoted();
  if (type == "image") return add_image(block.member("source"), parts);
  if (type == "document") return add_document(block, parts);
  if (type == "text") {
    add_text(parts, block.member("text"));
  } else if (type == "search_result") {
    parts.push_back({.text = search_result(block)});
  } else if (type == "tool_reference") {
    std::string& text = made("[Tool found: ");
    text += block.member("tool_name").quoted();
    text += ']';
    parts.push_back({.text = text});
  } else {
    return "a block of type " + std::string(type.substr(0, 64));
  }
  return {};
}

std::string PromptBlocks::add_image(JsonValue source, std::vector<PromptPart>& parts) {
  const JsonValue type = source.member("type");
  const OpenAiQuirks& quirks = rules_.quirks;
  if (quirks.images && type.equals("base64"))
    parts.push_back({.kind = Kind::Image,
                     .text = source.member("data").quoted(),
                     .media = source.member("media_type").quoted()});
  else if (quirks.images && quirks.image_urls && type.equals("url"))
    parts.push_back({.kind = Kind::ImageUrl, .text = source.member("url").quoted()});
  else
    return "an image of this source";
  return {};
}

std::string PromptBlocks::add_document(JsonValue block, std::vector<PromptPart>& parts) {
  const JsonValue source = block.member("source");
  const JsonValue type = source.member("type");
  const std::string_view title = block.member("title").quoted();
  if (type.equals("text") || type.equals("content")) return add_written(block, parts);
  if (rules_.quirks.pdfs && type.equals("base64"))
    parts.push_back({.kind = Kind::Pdf, .text = source.member("data").quoted(), .name = title});
  else if (rules_.quirks.pdfs && rules_.pdf_urls && type.equals("url"))
    parts.push_back({.kind = Kind::PdfUrl, .text = source.member("url").quoted(), .name = title});
  else
    return "a document of this source";
  return {};
}

/// A document that is text: a frame, what it is about, and what it says.
std::string PromptBlocks::add_written(JsonValue block, std::vector<PromptPart>& parts) {
  const JsonValue source = block.member("source");
  const JsonValue content = source.member("content");
  std::string& text = made("[Document");
  const auto add_line = [&text](std::string_view before, JsonValue member) {
    if (member.quoted().empty()) return;
    text += before;
    text += member.quoted();
  };
  add_line(": ", block.member("title"));
  text += ']';
  add_line("\\n", block.member("context"));
  add_line("\\n", source.member("data"));
  add_line("\\n", content);
  parts.push_back({.text = text});
  std::string refused;
  content.each_element([&](JsonValue part) {
    refused = add(part, parts);
    return refused.empty();
  });
  return refused;
}

std::string_view PromptBlocks::search_result(JsonValue block) {
  std::string& text = made("[Search result: ");
  text += block.member("title").quoted();
  text += "]\\n";
  text += block.member("source").quoted();
  text += "\\n";
  append_texts(text, block.member("content"), "\\n");
  return text;
}

}  // namespace rlm::dialect
