#include "dialect/ask_part.hpp"

#include <algorithm>

#include "base/base64.hpp"
#include "dialect/json_copy.hpp"
#include "wire/json_text.hpp"
#include "wire/message_reader.hpp"

namespace rlm::dialect {
namespace {

using wire::JsonValue;
using Type = JsonValue::Type;

constexpr std::string_view kImages[] = {"image/jpeg", "image/png", "image/gif", "image/webp"};

// `data:<type>[;charset=…];base64,<data>`.
struct DataUrl {
  std::string_view type;
  std::string_view data;
};

bool is_data_url(std::string_view url) {
  return url.starts_with("data:");
}

// An empty type for what is no base64 data URL.
DataUrl data_url_of(std::string_view url) {
  constexpr std::string_view kCoding = ";base64";
  const auto comma = url.find(',');
  if (!is_data_url(url) || comma == url.npos) return {};
  std::string_view head = url.substr(5, comma - 5);
  if (!head.ends_with(kCoding)) return {};
  head.remove_suffix(kCoding.size());
  return {head.substr(0, head.find(';')), url.substr(comma + 1)};
}

bool is_base64(std::string_view data) {
  return !data.empty() && std::all_of(data.begin(), data.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/' || c == '=';
  });
}

bool is_web_url(std::string_view url) {
  return url.starts_with("https://") || url.starts_with("http://");
}

void append_base64_source(std::string& out, std::string_view kind, const DataUrl& url) {
  out += R"({"type":")";
  out += kind;
  out += R"(","source":{"type":"base64","media_type":")";
  out += url.type;
  out += R"(","data":")";
  out += url.data;
  out += R"("})";
}

void append_url_source(std::string& out, std::string_view kind, std::string_view url) {
  out += R"({"type":")";
  out += kind;
  out += R"(","source":{"type":"url","url":)";
  wire::append_json_string(out, url);
  out += '}';
}

Result<void> append_image(std::string& out, const std::string& place, JsonValue value) {
  if (!value.is(Type::String)) return wire::wrong_type(place, "a valid string", value);
  // Some writers of JSON escape each slash.
  const bool escaped = value.quoted().find('\\') != std::string_view::npos;
  const std::string unescaped = escaped ? value.string() : std::string();
  const std::string_view url = escaped ? std::string_view(unescaped) : value.quoted();
  if (is_web_url(url)) {
    append_url_source(out, "image", url);
  } else {
    const DataUrl data = data_url_of(url);
    if (std::find(std::begin(kImages), std::end(kImages), data.type) == std::end(kImages) ||
        !is_base64(data.data))
      return bad_request(place,
                         "need an http URL, or base64 in a data: URL of type image/jpeg, "
                         "image/png, image/gif or image/webp");
    append_base64_source(out, "image", data);
  }
  out += '}';
  return {};
}

// Anthropic's API takes texts as they are and PDFs in base64.
bool append_file_data(std::string& out, const DataUrl& url) {
  if (url.type == "application/pdf" && is_base64(url.data)) {
    append_base64_source(out, "document", url);
    return true;
  }
  std::string text;
  if (!url.type.starts_with("text/") || !append_from_base64(text, url.data)) return false;
  out += R"({"type":"document","source":{"type":"text","media_type":"text/plain","data":)";
  wire::append_json_string(out, text);
  out += '}';
  return true;
}

Result<void> append_file(std::string& out, const std::string& place, JsonValue file) {
  const std::string data = file.member("file_data").string();
  const std::string url = file.member("file_url").string();
  if (file.member("file_id").is(Type::String) && data.empty() && url.empty())
    return bad_request(place + ".file_id",
                       "files are not kept here; send the file itself as file_data");
  if (is_web_url(url)) {
    append_url_source(out, "document", url);
  } else {
    // The Responses API also takes base64 alone: then the file's name tells what it is.
    const bool is_bare = !is_data_url(data) && file.member("filename").string().ends_with(".pdf");
    const DataUrl whole = is_bare ? DataUrl{"application/pdf", data} : data_url_of(data);
    if (!append_file_data(out, whole))
      return bad_request(place + ".file_data",
                         "need base64 in a data: URL of type application/pdf or text/…");
  }
  if (const JsonValue name = file.member("filename"); !is_blank(name.quoted())) {
    out += R"(,"title":)";
    append_copy(out, name);
  }
  out += '}';
  return {};
}

}  // namespace

std::string Place::text() const {
  std::string text(list);
  text += '.';
  text += std::to_string(item);
  if (!field.empty()) {
    text += '.';
    text += field;
  }
  return text;
}

tl::unexpected<Error> bad_request(const std::string& place, std::string_view what) {
  return fail(ErrorKind::BadRequest, Source::Client, place + ": " + std::string(what));
}

JsonValue text_of_part(JsonValue part) {
  const std::string_view type = part.member("type").quoted();
  if (type == "text" || type == "input_text" || type == "output_text") return part.member("text");
  if (type == "refusal") return part.member("refusal");
  return {};
}

Result<void> append_part(std::string& out, const Place& place, std::size_t number, JsonValue part) {
  if (!part.is(Type::Object)) return wire::wrong_type(place.part(number), "an object", part);
  if (const JsonValue text = text_of_part(part); text.exists()) {
    if (!text.is(Type::String))
      return wire::wrong_type(place.part(number) + ".text", "a valid string", text);
    if (is_blank(text.quoted())) return {};
    out += R"({"type":"text","text":)";
    append_copy(out, text);
    out += '}';
    return {};
  }
  const std::string_view type = part.member("type").quoted();
  if (type == "image_url")
    return append_image(out, place.part(number) + ".image_url.url",
                        part.member("image_url").member("url"));
  if (type == "input_image" && part.member("image_url").is(Type::String))
    return append_image(out, place.part(number) + ".image_url", part.member("image_url"));
  if (type == "file") return append_file(out, place.part(number) + ".file", part.member("file"));
  if (type == "input_file") return append_file(out, place.part(number), part);
  return bad_request(place.part(number),
                     "a part of this type is not supported; need text, an image by URL or a file "
                     "by its data");
}

Result<void> append_result_content(std::string& out, const Place& place, JsonValue content) {
  if (content.is(Type::String)) {
    append_copy(out, content);
    return {};
  }
  if (!content.is(Type::Array))
    return wire::wrong_type(place.text(), "a valid string or list", content);
  out += '[';
  const std::size_t begin = out.size();
  std::size_t number = 0;
  Result<void> result;
  content.each_element([&](JsonValue part) {
    const std::size_t before = out.size();
    if (before > begin) out += ',';
    const std::size_t at = out.size();
    result = append_part(out, place, number++, part);
    if (out.size() == at) out.resize(before);
    return result.has_value();
  });
  out += ']';
  return result;
}

}  // namespace rlm::dialect
