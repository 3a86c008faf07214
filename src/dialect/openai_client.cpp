#include "dialect/openai_client.hpp"

#include "dialect/chat_ask.hpp"
#include "dialect/chat_reply.hpp"
#include "dialect/openai_error_reply.hpp"
#include "dialect/responses_ask.hpp"
#include "dialect/responses_reply.hpp"
#include "dialect/usage_filter.hpp"

namespace rlm::dialect {
namespace {

// An API key is shown to Anthropic in a header of its own; as a bearer it would be taken for a
// token of OAuth.
std::string_view bearer_key(const Headers& headers) {
  constexpr std::string_view kBearer = "Bearer ";
  const auto value = headers.find(HeaderName::Authorization);
  return value.starts_with(kBearer) ? value.substr(kBearer.size()) : std::string_view();
}

bool is_of_openai(std::string_view name) {
  constexpr std::string_view kPrefix = "openai-";
  return name.size() > kPrefix.size() && same_header(name.substr(0, kPrefix.size()), kPrefix);
}

Headers messages_headers(const Headers& client) {
  Headers headers;
  const bool has_key = !client.find(HeaderName::XApiKey).empty();
  const auto bearer = bearer_key(client);
  for (const Header header : client) {
    if (is_of_openai(header.name)) continue;
    if (header.known != HeaderName::Authorization || bearer.empty())
      headers.add(header.name, header.value);
    else if (!has_key)
      headers.add("x-api-key", bearer);
  }
  if (find_header(client, "anthropic-version").empty())
    headers.add("anthropic-version", "2023-06-01");
  return headers;
}

using ReadAsk = Result<Ask> (*)(const Buffer&, wire::JsonIndex&, const wire::JsonLimits&,
                                const AskDefaults&);
using WriteReply = std::unique_ptr<AnswerTranslator> (*)(const Ask&, std::int64_t, bool);

class OpenAiClient final : public ClientDialect {
 public:
  OpenAiClient(Dialect speaks, ReadAsk reads, WriteReply writes, std::int64_t now,
               AskDefaults defaults)
      : dialect_(speaks), read_(reads), write_(writes), now_(now), defaults_(std::move(defaults)) {}

  Dialect dialect() const override { return dialect_; }
  Result<AsMessages> read(const Buffer& body, const Headers& client, wire::JsonIndex& index,
                          const wire::JsonLimits& limits) override {
    auto ask = read_(body, index, limits, defaults_);
    if (!ask) return fail(std::move(ask.error()));
    ask_ = std::move(*ask);
    return AsMessages{std::move(ask_.messages_body), messages_headers(client), ask_.must_call_tool};
  }
  std::unique_ptr<AnswerTranslator> reply(bool streamed) override {
    return write_(ask_, now_, streamed);
  }
  // The usage is always asked for: it is what the call cost.
  std::unique_ptr<AnswerTranslator> own_reply(bool streamed) override {
    const bool keeps_back = dialect_ == Dialect::Chat && streamed && !ask_.include_usage;
    return keeps_back ? without_usage_chunk() : nullptr;
  }
  Told error(int status, std::string_view messages_error, wire::JsonIndex&) override {
    const OpenAiFault fault = openai_fault(status, messages_error);
    return {fault.status, openai_error_body(fault)};
  }

 private:
  const Dialect dialect_;
  const ReadAsk read_;
  const WriteReply write_;
  const std::int64_t now_;
  const AskDefaults defaults_;
  Ask ask_;
};

}  // namespace

std::unique_ptr<ClientDialect> chat_client(std::int64_t now, AskDefaults defaults) {
  return std::make_unique<OpenAiClient>(Dialect::Chat, read_chat_ask, chat_reply, now,
                                        std::move(defaults));
}

std::unique_ptr<ClientDialect> responses_client(std::int64_t now, AskDefaults defaults) {
  return std::make_unique<OpenAiClient>(Dialect::Responses, read_responses_ask, responses_reply,
                                        now, std::move(defaults));
}

}  // namespace rlm::dialect
