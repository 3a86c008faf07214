#include "dialect/cloud_client.hpp"

#include "dialect/bedrock_frames.hpp"
#include "dialect/same_answer.hpp"
#include "wire/json_text.hpp"

namespace rlm::dialect {
namespace {

ClientDialect::AsMessages taken(MessagesRequest request) {
  return {std::move(request.body), std::move(request.headers)};
}

class VertexClient final : public ClientDialect {
 public:
  explicit VertexClient(VertexPath path) : path_(std::move(path)) {}

  Dialect dialect() const override { return Dialect::Vertex; }
  Result<AsMessages> read(const Buffer& body, const Headers& client, wire::JsonIndex& index,
                          const wire::JsonLimits&) override {
    return messages_of_vertex(path_, client, body.view(), index).map(taken);
  }
  std::unique_ptr<AnswerTranslator> reply(bool) override { return same_answer(); }
  Told error(int status, std::string_view messages_error, wire::JsonIndex&) override {
    return {status, std::string(messages_error)};
  }

 private:
  const VertexPath path_;
};

class BedrockClient final : public ClientDialect {
 public:
  explicit BedrockClient(BedrockPath path) : path_(std::move(path)) {}

  Dialect dialect() const override { return Dialect::Bedrock; }
  Result<AsMessages> read(const Buffer& body, const Headers& client, wire::JsonIndex& index,
                          const wire::JsonLimits&) override {
    return messages_of_bedrock(path_, client, body.view(), index).map(taken);
  }
  std::unique_ptr<AnswerTranslator> reply(bool streamed) override {
    if (path_.call == MessagesCall::CountTokens) return changed_answer(bedrock_count);
    if (streamed) return std::make_unique<BedrockStreamEncoder>();
    return same_answer();
  }
  std::string_view stream_type() const override { return "application/vnd.amazon.eventstream"; }
  Told error(int status, std::string_view messages_error, wire::JsonIndex& index) override {
    const auto root = index.parse(messages_error);
    const auto message = root ? root->member("error").member("message") : wire::JsonValue();
    if (!message.exists() || !messages_error.ends_with('}'))
      return {status, std::string(messages_error)};
    std::string body(messages_error.substr(0, messages_error.size() - 1));
    body.append(",\"message\":").append(message.raw()).append("}");
    return {status, std::move(body)};
  }

 private:
  const BedrockPath path_;
};

}  // namespace

std::unique_ptr<ClientDialect> vertex_client(VertexPath path) {
  return std::make_unique<VertexClient>(std::move(path));
}

std::unique_ptr<ClientDialect> bedrock_client(BedrockPath path) {
  return std::make_unique<BedrockClient>(std::move(path));
}

}  // namespace rlm::dialect
