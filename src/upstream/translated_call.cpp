#include "upstream/translated_call.hpp"

#include "base/log.hpp"
#include "dialect/bedrock_frames.hpp"
#include "dialect/bedrock_request.hpp"
#include "dialect/chat_answer.hpp"
#include "dialect/cloud_error.hpp"
#include "dialect/openai_error.hpp"
#include "dialect/responses_answer.hpp"
#include "dialect/same_answer.hpp"
#include "upstream/forward_headers.hpp"

namespace rlm::upstream {
namespace {

/// Room that an open stream keeps between its pieces.
constexpr std::size_t kKeptBytes = 4096;

bool is_stream(const Headers& headers) {
  return is_event_stream(headers) ||
         find_header(headers, "content-type").starts_with("application/vnd.amazon.eventstream");
}

// What of an upstream's head means the same to a Messages client.
Headers messages_headers(const Headers& upstream, bool stream) {
  Headers headers{
      {"content-type", stream ? "text/event-stream; charset=utf-8" : "application/json"}};
  for (const std::string_view name : {"retry-after", "retry-after-ms", "x-should-retry"})
    if (const auto value = find_header(upstream, name); !value.empty()) headers.add(name, value);
  for (const std::string_view name :
       {"request-id", "x-request-id", "x-amzn-requestid", "apim-request-id"})
    if (const auto value = find_header(upstream, name); !value.empty()) {
      headers.add("request-id", value);
      break;
    }
  return headers;
}

std::unique_ptr<dialect::AnswerTranslator> translator_for(Dialect dialect,
                                                          const CallRequest& request, bool stream) {
  switch (dialect) {
    case Dialect::Chat:
      return dialect::chat_answer(stream, {std::string(request.asked_model), wire::new_message_id(),
                                           request.prompt_estimate});
    case Dialect::Responses:
      return dialect::responses_answer(stream, {std::string(request.asked_model),
                                                wire::new_message_id(), request.prompt_estimate});
    case Dialect::Bedrock:
      if (stream) return std::make_unique<dialect::BedrockStreamDecoder>();
      if (request.operation == CallRequest::Operation::CountTokens)
        return dialect::changed_answer(dialect::messages_count);
      return nullptr;
    case Dialect::Messages:
    case Dialect::Vertex:
      return nullptr;
  }
  return nullptr;
}

// What the client is told; the operator's log has what the client must not read.
int messages_error(const EndpointConfig& endpoint, int status, const Headers& headers,
                   std::string& body, wire::JsonIndex& index) {
  std::string detail;
  const int raw = status;
  if (endpoint.speaks_openai()) {
    auto told = dialect::messages_error_of(status, body);
    body = std::move(told.body);
    detail = std::move(told.detail);
    status = told.status;
  } else {
    auto told = dialect::read_cloud_error(status, headers, body, index);
    body = std::move(told.body);
    detail = std::move(told.detail);
    status = told.status;
  }
  if (!detail.empty())
    log::warn("an upstream refused a call",
              {{"model", endpoint.name}, {"status", raw}, {"says", dialect::first_words(detail)}});
  return status;
}

}  // namespace

TranslatedCall::TranslatedCall(std::unique_ptr<net::HttpCall> call, const EndpointConfig& endpoint,
                               const CallRequest& request, wire::JsonIndex& index, bool spoken)
    : call_(std::move(call)),
      endpoint_(endpoint),
      index_(index),
      spoken_(spoken),
      status_(call_->status()) {
  const Headers& head = call_->head().headers;
  const bool stream = !failed() && is_stream(head);
  if (!failed()) translator_ = translator_for(endpoint.dialect, request, stream);
  starts_with_estimate_ =
      endpoint.speaks_openai() && stream && !passes() && request.prompt_estimate > 0;
  headers_ = passes() ? head : messages_headers(head, stream);
}

net::Task<Result<void>> TranslatedCall::begin() {
  if (!failed()) co_return Result<void>{};
  auto body = co_await call_->read_all(kErrorBodyMax);
  if (!body && body.error().kind == ErrorKind::Cancelled) co_return fail(std::move(body.error()));
  if (body) out_ = std::move(*body);
  status_ = messages_error(endpoint_, status_, call_->head().headers, out_, index_);
  co_return Result<void>{};
}

std::optional<std::uint64_t> TranslatedCall::content_length() const {
  return passes() ? call_->head().content_length : std::nullopt;
}

net::Task<Result<net::HttpCall::Piece>> TranslatedCall::read() {
  if (passes()) co_return co_await call_->read();
  if (failed()) {
    const net::HttpCall::Piece error{out_, true};
    co_return error;
  }
  if (out_.capacity() > kKeptBytes) std::string().swap(out_);
  out_.clear();
  for (;;) {
    auto piece = co_await call_->read();
    if (!piece) co_return fail(std::move(piece.error()));
    auto fed = translator_->feed(piece->bytes, index_, out_);
    if (fed && piece->end) fed = translator_->finish(index_, out_);
    if (!fed) co_return fail(std::move(fed.error()));
    if (piece->end || !out_.empty()) {
      const net::HttpCall::Piece translated{out_, piece->end};
      co_return translated;
    }
  }
}

net::Task<Result<std::string>> TranslatedCall::read_all(std::size_t bytes_max) {
  if (failed()) co_return std::move(out_);
  std::string all;
  for (;;) {
    auto piece = co_await read();
    if (!piece) co_return fail(std::move(piece.error()));
    if (all.size() + piece->bytes.size() > bytes_max)
      co_return fail(ErrorKind::TooLarge, Source::Upstream,
                     "the upstream's answer is larger than expected");
    all += piece->bytes;
    if (piece->end) co_return all;
  }
}

}  // namespace rlm::upstream
