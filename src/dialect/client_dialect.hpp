#pragma once
// What a client speaks that does not speak Messages.

#include <memory>
#include <optional>
#include <string>

#include "base/buffer.hpp"
#include "base/header.hpp"
#include "base/result.hpp"
#include "dialect/answer_translator.hpp"
#include "domain/dialect.hpp"

namespace rlm::dialect {

/// One per request. Pure; one thread. Nothing but read() may be asked before read() has succeeded,
/// except error(), and stand_in() once read() has not.
class ClientDialect {
 public:
  virtual ~ClientDialect() = default;
  virtual Dialect dialect() const = 0;

  /// The client's request as one that speaks Messages would have sent it.
  struct AsMessages {
    Buffer body;
    Headers headers;
    bool must_call_tool = false;  // though the body may say so in words alone
  };
  /// `index` is scratch. BadRequest (Source::Client) naming the field and what is expected.
  virtual Result<AsMessages> read(const Buffer& body, const Headers& client, wire::JsonIndex& index,
                                  const wire::JsonLimits& limits) = 0;

  /// A request that read() refused, for upstreams that speak as the client does and get its own
  /// body: what must be known of it, as a Messages request with an empty word for its prompt.
  struct StandIn {
    std::string model;  // that it asks for
    AsMessages request;
  };
  /// Nothing for what even such an upstream cannot be given.
  virtual std::optional<StandIn> stand_in(const Buffer& /*body*/, const Headers& /*client*/,
                                          wire::JsonIndex& /*index*/,
                                          const wire::JsonLimits& /*limits*/) {
    return std::nullopt;
  }

  /// Turns the Messages answer into what the client reads.
  virtual std::unique_ptr<AnswerTranslator> reply(bool streamed) = 0;
  /// What an upstream's answer in the client's own dialect passes through; null: nothing.
  virtual std::unique_ptr<AnswerTranslator> own_reply(bool /*streamed*/) { return nullptr; }
  /// The content-type of a streamed reply.
  virtual std::string_view stream_type() const { return "text/event-stream; charset=utf-8"; }

  /// A Messages error (`status`, body) as the client's dialect tells it.
  struct Told {
    int status;
    std::string body;
  };
  virtual Told error(int status, std::string_view messages_error, wire::JsonIndex& index) = 0;
};

}  // namespace rlm::dialect
