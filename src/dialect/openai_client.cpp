#include "dialect/openai_client.hpp"

#include "dialect/ask_fields.hpp"
#include "dialect/chat_ask.hpp"
#include "dialect/chat_reply.hpp"
#include "dialect/openai_error_reply.hpp"
#include "dialect/responses_ask.hpp"
#include "dialect/responses_reply.hpp"
#include "dialect/usage_filter.hpp"
#include "wire/json_text.hpp"

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

// What must be known of a request whose prompt is not read, in either dialect.
struct HeadFields {
  wire::JsonValue model, stream, stream_options, background, max_tokens, max_completion_tokens,
      max_output_tokens;
};

constexpr std::array<FieldName<HeadFields>, 7> kHeadFields{{
    {"model", &HeadFields::model},
    {"stream", &HeadFields::stream},
    {"stream_options", &HeadFields::stream_options},
    {"background", &HeadFields::background},
    {"max_tokens", &HeadFields::max_tokens},
    {"max_completion_tokens", &HeadFields::max_completion_tokens},
    {"max_output_tokens", &HeadFields::max_output_tokens},
}};

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
  std::optional<StandIn> stand_in(const Buffer& body, const Headers& client, wire::JsonIndex& index,
                                  const wire::JsonLimits& limits) override {
    const auto root = read_body(body.view(), index, limits);
    if (!root) return std::nullopt;
    const auto fields = read_fields(*root, kHeadFields);
    if (!fields) return std::nullopt;
    auto model = read_model(fields->model);
    const auto stream = read_flag("stream", fields->stream);
    const auto limit = read_limit({{"max_completion_tokens", fields->max_completion_tokens},
                                   {"max_tokens", fields->max_tokens},
                                   {"max_output_tokens", fields->max_output_tokens}},
                                  defaults_.max_tokens);
    // An answer in the background is asked for later, by a path that is not served.
    if (!model || !stream || !limit || fields->background.is(wire::JsonValue::Type::True))
      return std::nullopt;
    ask_.model = *model;
    ask_.stream = *stream;
    ask_.include_usage =
        fields->stream_options.member("include_usage").is(wire::JsonValue::Type::True);
    const std::string stand_in = R"({"model":)" + wire::json_string(*model) + R"(,"max_tokens":)" +
                                 std::to_string(*limit) + R"(,"stream":)" +
                                 (*stream ? "true" : "false") +
                                 R"(,"messages":[{"role":"user","content":"-"}]})";
    return StandIn{std::move(*model), {Buffer(stand_in), messages_headers(client)}};
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
