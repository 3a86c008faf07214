#pragma once
// The seam to a model: one interface, whatever vendor and wire stand behind it.

#include <memory>
#include <span>
#include <string_view>

#include "base/result.hpp"
#include "net/http_client.hpp"
#include "upstream/endpoint.hpp"

namespace rlm::upstream {

/// What is sent. Borrowed until open() returns.
struct CallRequest {
  std::string_view target = "/v1/messages";  // path and query behind the base URL
  const Headers* client_headers = nullptr;   // as the client sent them
  std::span<const std::string_view> body;    // segments of one JSON body
};

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
};

/// A configured model on one worker thread.
class ModelClient {
 public:
  virtual ~ModelClient() = default;
  virtual const EndpointConfig& config() const = 0;
  /// Opens one call, without retries. Any status is a success here. Errors: Unreachable, Timeout,
  /// Protocol, Cancelled.
  virtual net::Task<Result<std::unique_ptr<ModelCall>>> open(const CallRequest& request,
                                                             net::StopSource& stop) = 0;
};

}  // namespace rlm::upstream
