#include "dialect/cloud_request.hpp"

#include <algorithm>

#include "base/percent.hpp"

namespace rlm::dialect {
namespace {

using Type = wire::JsonValue::Type;

// "2026-10-21"; such dates are ordered as their texts are.
bool is_date(std::string_view text) {
  constexpr std::string_view kForm = "0000-00-00";
  if (text.size() != kForm.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (kForm[i] == '0' ? !digit : text[i] != '-') return false;
  }
  return true;
}

bool is_flag(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return c > ' ' && c <= '~' && c != ',' && c != '"' && c != '\\';
  });
}

void add_once(std::vector<std::string>& flags, std::string_view flag) {
  if (std::find(flags.begin(), flags.end(), flag) == flags.end()) flags.emplace_back(flag);
}

void add_listed(std::vector<std::string>& flags, std::string_view list) {
  each_flag(list, [&flags](std::string_view flag) {
    if (is_flag(flag)) add_once(flags, flag);
    return true;
  });
}

}  // namespace

std::string_view cloud_version(const Headers& client, std::string_view first) {
  const auto version = client.find("anthropic-version");
  return is_date(version) && version > kFirstVersion ? version : first;
}

std::string messages_version(wire::JsonValue body_version, const Headers& client) {
  const std::string_view in_body = body_version.quoted();
  if (is_date(in_body)) return std::string(in_body);
  const auto in_header = client.find("anthropic-version");
  return std::string(is_date(in_header) ? in_header : kFirstVersion);
}

Result<std::vector<std::string>> beta_flags(const Headers& client, wire::JsonValue body_betas) {
  std::vector<std::string> flags;
  bool good = !body_betas.exists() || body_betas.is(Type::Array);
  body_betas.each_element([&](wire::JsonValue flag) {
    good = good && is_flag(flag.quoted());
    if (good) add_once(flags, flag.quoted());
    return good;
  });
  if (!good)
    return fail(ErrorKind::BadRequest, Source::Client,
                "anthropic_beta: expected a list of strings, each a single word");
  for (const Header header : client)
    if (same_header(header.name, "anthropic-beta")) add_listed(flags, header.value);
  return flags;
}

Headers without(const Headers& client, std::initializer_list<std::string_view> names) {
  Headers out;
  out.reserve(client.size() + 2, client.text_bytes() + 128);
  for (const Header header : client) {
    const bool goes = std::any_of(names.begin(), names.end(), [&](std::string_view name) {
      return same_header(name, header.name);
    });
    if (!goes) out.add(header.name, header.value);
  }
  return out;
}

Headers with_messages_headers(const Headers& client, std::string_view version,
                              const std::vector<std::string>& betas) {
  Headers out = without(client, {"anthropic-version", "anthropic-beta", "content-length"});
  if (!version.empty()) out.add("anthropic-version", version);
  std::string list;
  for (const std::string& flag : betas) {
    if (!list.empty()) list += ',';
    list += flag;
  }
  if (!list.empty()) out.add("anthropic-beta", list);
  return out;
}

Result<wire::JsonValue> object_of(std::string_view body, wire::JsonIndex& index) {
  auto root = index.parse(body);
  if (!root) return root;
  if (!root->is(Type::Object))
    return fail(ErrorKind::BadRequest, Source::Client, "request body: expected a JSON object");
  return root;
}

std::string path_segment(std::string_view text) {
  return percent_encoded(text, "@");
}

}  // namespace rlm::dialect
