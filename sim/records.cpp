#include "sim/records.hpp"

#include <algorithm>

#include "wire/json_text.hpp"

namespace rlm::sim {
namespace {

std::string_view name_of(CallEnd end) {
  static constexpr std::string_view kNames[] = {"complete", "client_left", "faulted"};
  return kNames[static_cast<std::size_t>(end)];
}

void append_field(std::string& out, std::string_view name, std::string_view text) {
  if (out.back() != '{') out += ',';
  wire::append_json_string(out, name);
  out += ':';
  wire::append_json_string(out, text);
}

void append_field(std::string& out, std::string_view name, std::int64_t number) {
  if (out.back() != '{') out += ',';
  wire::append_json_string(out, name);
  out += ':' + std::to_string(number);
}

void append_usage(std::string& out, const Usage& usage) {
  append_field(out, "input_tokens", usage.input);
  append_field(out, "cache_write_5m_tokens", usage.cache_write_5m);
  append_field(out, "cache_write_1h_tokens", usage.cache_write_1h);
  append_field(out, "cache_read_tokens", usage.cache_read);
  append_field(out, "output_tokens", usage.output);
}

}  // namespace

void RequestHistory::add(SeenRequest request) {
  bytes_ += request.body.size();
  kept_.push_back(std::move(request));
  trim();
}

void RequestHistory::set_body(std::uint64_t number, std::string_view body,
                              std::string_view request_id) {
  SeenRequest* seen = find(number);
  if (seen == nullptr) return;
  bytes_ += body.size() - seen->body.size();
  seen->body = body;
  seen->request_id = request_id;
  trim();
}

void RequestHistory::trim() {
  while (kept_.size() > max_ || (bytes_ > bytes_max_ && kept_.size() > 1)) {
    bytes_ -= kept_.front().body.size();
    kept_.pop_front();
  }
}

SeenRequest* RequestHistory::find(std::uint64_t number) {
  const auto found = std::find_if(kept_.rbegin(), kept_.rend(), [number](const SeenRequest& seen) {
    return seen.number == number;
  });
  return found == kept_.rend() ? nullptr : &*found;
}

void RequestHistory::clear() {
  kept_.clear();
  bytes_ = 0;
}

std::string to_json(const Bill& bill) {
  std::string out = "{";
  append_field(out, "calls", static_cast<std::int64_t>(bill.count));
  append_field(out, "total_nano_usd", bill.total.value);
  append_usage(out, bill.usage);
  out += R"(,"newest":[)";
  for (const BilledCall& call : bill.calls) {
    if (out.back() != '[') out += ',';
    out += '{';
    append_field(out, "request_id", call.request_id);
    append_field(out, "model", call.model);
    append_usage(out, call.usage);
    append_field(out, "nano_usd", call.cost.value);
    append_field(out, "price_version", call.price_version);
    append_field(out, "unix_ms", call.when.value);
    append_field(out, "end", name_of(call.end));
    out += '}';
  }
  return out + "]}\n";
}

std::string to_json(const std::vector<SeenRequest>& requests) {
  std::string out = R"({"requests":[)";
  for (const SeenRequest& seen : requests) {
    if (out.back() != '[') out += ',';
    out += '{';
    append_field(out, "number", static_cast<std::int64_t>(seen.number));
    append_field(out, "method", seen.method);
    append_field(out, "target", seen.target);
    append_field(out, "status", seen.status);
    append_field(out, "request_id", seen.request_id);
    out += seen.finished ? R"(,"finished":true)" : R"(,"finished":false)";
    out += seen.client_left ? R"(,"client_left":true)" : R"(,"client_left":false)";
    out += R"(,"headers":[)";
    for (const Header header : seen.headers) {
      if (out.back() != '[') out += ',';
      out += '[';
      wire::append_json_string(out, header.name);
      out += ',';
      wire::append_json_string(out, header.value);
      out += ']';
    }
    out += ']';
    append_field(out, "body", seen.body);
    out += '}';
  }
  return out + "]}\n";
}

}  // namespace rlm::sim
