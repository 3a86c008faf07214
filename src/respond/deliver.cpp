#include "respond/deliver.hpp"

#include "upstream/forward_headers.hpp"
#include "wire/anthropic_error.hpp"
#include "wire/anthropic_stream.hpp"

#include <charconv>

namespace rlm::respond {
namespace {

Headers error_headers(const Error& error) {
  Headers headers;
  if (error.kind == ErrorKind::UpstreamStatus && error.headers) {
    headers = upstream::response_headers_of(*error.headers);
    // OpenAI's clients read it as a 429, and none would be better off for trying again.
    if (wire::is_about_money(error) && find_header(headers, "x-should-retry").empty())
      headers.add("x-should-retry", "false");
    return headers;
  }
  headers.add("content-type", "application/json");
  headers.add("x-should-retry", wire::should_retry(error) ? "true" : "false");
  if (error.retry_after_ms)
    headers.add("retry-after", std::to_string((*error.retry_after_ms + 999) / 1000));
  return headers;
}

}  // namespace

std::string verdict_comment(const ExchangeRecord& record) {
  return ": x-rlm-verdict=" + std::string(name_of(record.verdict)) +
         " x-rlm-model=" + record.answered_model + "\n\n";
}

std::string cost_text(NanoUsd cost) {
  char text[32];
  const auto end =
      std::to_chars(text, text + sizeof text, cost.dollars(), std::chars_format::fixed, 9).ptr;
  return {text, end};
}

std::string cost_comment(const ExchangeRecord& record) {
  if (record.cost.value <= 0) return {};
  return ": x-rlm-cost-usd=" + cost_text(record.cost) + "\n\n";
}

net::Task<bool> deliver_answer(const Answer& answer, const Request& request, ResponseSink& sink,
                               ExchangeRecord& record, const Settle& settle) {
  const std::string id = wire::new_message_id();
  const auto& asked = request.facts.model;
  std::string body;
  record.status = 200;
  std::string comments;
  if (request.facts.stream) {
    if (sink.begun()) comments = verdict_comment(record);
    body = wire::write_stream(answer, id, asked, record.seen);
  } else {
    body = wire::write_answer(answer, id, asked, record.seen);
  }
  record.response_bytes = static_cast<std::int64_t>(comments.size() + body.size());
  settle();  // first, so that the head can tell what it cost
  if (request.facts.stream) {
    if (sink.begun()) body.insert(0, comments + cost_comment(record));
    if (!sink.begun()) sink.begin(200, stream_headers(), record, std::nullopt);
  } else {
    static const Headers kJson{{"content-type", "application/json"}};
    sink.begin(200, kJson, record, body.size());
  }
  const bool sent = co_await sink.write(body, true);
  co_return sent;
}

net::Task<void> deliver_error(const Error& error, ResponseSink& sink, ExchangeRecord& record,
                              const Settle& settle) {
  const int status = wire::status_of(error);
  record.error_type = wire::error_type_of(status);
  record.verdict = Verdict::Failed;
  if (sink.begun()) {
    record.status = 200;  // pings or an answer have said so
    settle();
    const std::string event = wire::error_event(error, sink.request_id());
    co_await sink.write(event, false);
    sink.cut();
    co_return;
  }
  record.status = status;
  const std::string body = wire::error_body(error, sink.request_id());
  record.response_bytes = static_cast<std::int64_t>(body.size());
  settle();
  const Headers headers = error_headers(error);
  sink.begin(status, headers, record, body.size());
  co_await sink.write(body, true);
}

}  // namespace rlm::respond
