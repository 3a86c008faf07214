#pragma once
// The seam to a model: one interface, whatever vendor and wire stand behind it.

#include <memory>
#include <span>
#include <string_view>

#include "base/result.hpp"
#include "base/units.hpp"
#include "dialect/answer_translator.hpp"
#include "net/http_client.hpp"
#include "upstream/endpoint.hpp"
#include "wire/splice.hpp"

namespace rlm::upstream {

/// What is asked, as a Messages request: the client puts it into its upstream's dialect and names
/// the model as the upstream does. Borrowed until open() returns.
struct CallRequest {
  enum class Operation { Message, CountTokens, Models };
  Operation operation = Operation::Message;
  std::string_view detail;                  // Models: the path behind /models
  std::string_view query;                   // as the client sent it, without '?'
  const Headers* client_headers = nullptr;  // as the client sent them
  const wire::SplicedBody* body = nullptr;  // null: none (Models)
  Span model_value;  // where the body's original names the model; empty: it is named already
  std::string_view session;      // whose cache the call reads; empty: nobody's
  bool stream = true;            // as the body says
  bool has_url_sources = true;   // the body may name images or documents by URL
  std::string_view asked_model;  // what a translated answer names as its model
  /// The prompt's size by our estimate, told at a stream's start where the upstream tells its own
  /// at the end only; 0: nothing is told.
  Tokens prompt_estimate = 0;
  /// The client's own body, for an upstream that speaks as the client does: it is sent as it is but
  /// for the model's name, and its answer comes back untranslated. Empty: `body` is translated.
  Dialect spoken = Dialect::Messages;
  std::string_view spoken_body;
};

/// Most that is read of an error's body.
inline constexpr std::size_t kErrorBodyMax = 1u << 20;

/// An answer that has begun. Destroying it before its end closes the upstream connection: the model
/// stops generating.
class ModelCall {
 public:
  virtual ~ModelCall() = default;
  virtual int status() const = 0;
  virtual const Headers& headers() const = 0;
  virtual std::optional<std::uint64_t> content_length() const = 0;
  /// The next body bytes; valid until the next suspension. Errors as net::HttpCall::read.
  virtual net::Task<Result<net::HttpCall::Piece>> read() = 0;
  virtual net::Task<Result<std::string>> read_all(std::size_t bytes_max) = 0;
  virtual Milliseconds first_byte_after() const = 0;
  /// For an answer in the client's own dialect: what makes Messages of its bytes, for those who
  /// must understand it. Null: it is Messages already. Lives as long as the call.
  virtual dialect::AnswerTranslator* as_messages() { return nullptr; }
  /// True for a stream that has no pings of its own: ours may stand between its events.
  virtual bool lacks_pings() const { return false; }
  /// True when message_start tells our estimate, which is for the client alone: what was used comes
  /// at the end.
  virtual bool starts_with_estimate() const { return false; }
};

/// A configured model on one worker thread.
class ModelClient {
 public:
  virtual ~ModelClient() = default;
  virtual const EndpointConfig& config() const = 0;
  /// Where a call of this session should go: here, or to another endpoint of the same model. Null
  /// when all were `tried`. Lives as long as this.
  virtual ModelClient* choose(std::string_view, std::span<ModelClient* const> tried, SteadyTime) {
    return tried.empty() ? this : nullptr;
  }
  /// A call of this session got its answer at `endpoint`, which choose() gave: its cache is there.
  virtual void answered_at(std::string_view, const ModelClient& /*endpoint*/, SteadyTime) {}
  /// How the endpoint is doing; null: nobody keeps account. Lives as long as this.
  virtual EndpointHealth* health() { return nullptr; }
  /// Opens one call, without retries. Any status is a success here. `sending` tells at any time how
  /// far the request has gone. Errors: Unreachable, Timeout, Protocol, Cancelled.
  virtual net::Task<Result<std::unique_ptr<ModelCall>>> open(const CallRequest& request,
                                                             net::StopSource& stop,
                                                             net::Sending& sending) = 0;
};

}  // namespace rlm::upstream
