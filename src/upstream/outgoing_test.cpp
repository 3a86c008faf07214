#include "upstream/outgoing.hpp"

#include <gtest/gtest.h>

#include "dialect/quirks.hpp"

namespace rlm::upstream {
namespace {

EndpointConfig at(Dialect dialect, std::string_view quirks = {}) {
  EndpointConfig endpoint;
  endpoint.name = "there";
  endpoint.model = "its-name";
  endpoint.dialect = dialect;
  endpoint.is_anthropic = false;
  endpoint.api_key = Secret("k");
  endpoint.auth = EndpointConfig::Auth::Bearer;
  if (!quirks.empty()) endpoint.quirks = dialect::quirks_named(quirks);
  return endpoint;
}

std::string sent(const Outgoing& out) {
  std::string body;
  for (const auto part : out.segments) body += part;
  return body;
}

// What an upstream of Chat Completions is sent of a client's own Chat Completions body.
std::string spoken(const std::string& body, std::string_view quirks = "openai") {
  const EndpointConfig endpoint = at(Dialect::Chat, quirks);
  const Headers none;
  const wire::SplicedBody messages("{}");
  CallRequest request;
  request.client_headers = &none;
  request.body = &messages;
  request.spoken = Dialect::Chat;
  request.spoken_body = body;
  wire::JsonIndex index;
  Outgoing out;
  const auto put = put_into_dialect(out, endpoint, request, index);
  EXPECT_TRUE(put) << put.error().message;
  EXPECT_TRUE(out.is_spoken);
  EXPECT_EQ(out.target, "/chat/completions");
  return sent(out);
}

TEST(SpokenBody, PassesAsItIsButForTheModel) {
  EXPECT_EQ(spoken(R"({ "seed":7, "model" : "asked","x":1.0})"),
            R"({ "seed":7, "model" : "its-name","x":1.0})");
}

TEST(SpokenBody, NamesTheLimitAsTheUpstreamDoes) {
  const std::string older = R"({"max_tokens":5,"model":"m"})";
  const std::string newer = R"({"max_completion_tokens":5,"model":"m"})";
  const std::string both = R"({"max_tokens":5,"max_completion_tokens":6,"model":"m"})";
  EXPECT_EQ(spoken(older), R"({"max_completion_tokens":5,"model":"its-name"})");
  EXPECT_EQ(spoken(newer), R"({"max_completion_tokens":5,"model":"its-name"})");
  EXPECT_EQ(spoken(newer, "deepseek"), R"({"max_tokens":5,"model":"its-name"})");
  EXPECT_EQ(spoken(R"({"model":"max_tokens","max\u005ftokens" : 5})"),
            R"({"model":"its-name","max_completion_tokens" : 5})");
  EXPECT_EQ(spoken(both), R"({"max_tokens":5,"max_completion_tokens":6,"model":"its-name"})");
}

TEST(SpokenBody, AlwaysAsksAStreamForItsUsage) {
  const std::string front = R"({"model":"m","stream":true)";
  const std::string after = R"({"model":"its-name","stream":true)";
  EXPECT_EQ(spoken(front + "}"),
            R"({"stream_options":{"include_usage":true},"model":"its-name","stream":true})");
  EXPECT_EQ(spoken(front + R"(,"stream_options":{}})"),
            after + R"(,"stream_options":{"include_usage":true}})");
  EXPECT_EQ(spoken(front + R"(,"stream_options":null})"),
            after + R"(,"stream_options":{"include_usage":true}})");
  EXPECT_EQ(spoken(front + R"(,"stream_options":{"include_usage":false}})"),
            after + R"(,"stream_options":{"include_usage":true}})");
  EXPECT_EQ(spoken(front + R"(,"stream_options":{"a":1}})"),
            after + R"(,"stream_options":{"include_usage":true,"a":1}})");
}

TEST(SpokenBody, CallsTheDeveloperSystemWhereOnlyThatIsKnown) {
  const std::string front = R"({"model":"its-name","messages":[{"role":)";
  const std::string back = R"(,"content":"developer"},{"role":"user","content":"x"}]})";
  EXPECT_EQ(spoken(front + "\"developer\"" + back), front + "\"developer\"" + back);
  for (const char* upstream : {"deepseek", "openai-compatible", "ollama"})
    EXPECT_EQ(spoken(front + "\"developer\"" + back, upstream), front + "\"system\"" + back)
        << upstream;
}

TEST(SpokenBody, TellsASchemaInWordsWhereOnlyJsonObjectsAreKnown) {
  const std::string schema =
      R"(,"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object"}}}})";
  const std::string words =
      "Answer with one JSON object and nothing else. It must follow this JSON Schema: "
      R"({\"type\":\"object\"})";
  const auto asking = [](const std::string& system) {
    return R"({"model":"its-name","messages":[)" + system + R"({"role":"user","content":"x"}])";
  };
  const auto system = [](const std::string& role, const std::string& content) {
    return R"({"role":")" + role + R"(","content":)" + content + "},";
  };
  const std::string object = R"(,"response_format":{"type":"json_object"}})";
  EXPECT_EQ(spoken(asking(system("developer", R"("be brief")")) + schema, "deepseek"),
            asking(system("system", R"("be brief\n\n)" + words + "\"")) + object);
  EXPECT_EQ(
      spoken(asking(system("system", R"([{"type":"text","text":"a"}])")) + schema, "deepseek"),
      asking(system("system",
                    R"([{"type":"text","text":"a"},{"type":"text","text":")" + words + "\"}]")) +
          object);
  EXPECT_EQ(spoken(asking("") + schema, "deepseek"),
            asking(system("system", "\"" + words + "\"")) + object);
  EXPECT_EQ(spoken(asking("") + schema), asking("") + schema);
  EXPECT_EQ(spoken(asking("") + object, "deepseek"), asking("") + object);
}

TEST(Outgoing, SaysWhatAnUpstreamDoesNotHave) {
  const Headers none;
  const wire::SplicedBody body(R"({"model":"m","messages":[]})");
  CallRequest request;
  request.client_headers = &none;
  request.body = &body;
  request.operation = CallRequest::Operation::CountTokens;
  wire::JsonIndex index;
  Outgoing out;
  const auto put = put_into_dialect(out, at(Dialect::Chat, "openai"), request, index);
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().kind, ErrorKind::NotFound);
}

// What is found before a call is what the call would be refused for.
TEST(Outgoing, KnowsWhatItCannotSayWithoutSayingIt) {
  const std::string hi = R"("messages":[{"role":"user","content":"hi"}])";
  const auto asking = [](const std::string& block) {
    return R"({"model":"m","messages":[{"role":"user","content":[)" + block + "]}]}";
  };
  const auto source = [](const char* type, const char* kind) {
    return R"({"type":")" + std::string(type) + R"(","source":{"type":")" + kind +
           R"(","media_type":"application/pdf","data":"AA","url":"https://a/b"}})";
  };
  const struct {
    std::string body;
    const char* chat;
    const char* responses;
  } cases[] = {
      {"{" + hi + "}", "", ""},
      {R"({"stop_sequences":["a"],)" + hi + "}", "", "stop_sequences"},
      {R"({"stop_sequences":["a","b","c","d","e"],)" + hi + "}", "stop_sequences",
       "stop_sequences"},
      {R"({"tools":[{"name":")" + std::string(65, 'n') + R"(","input_schema":{}}],)" + hi + "}",
       "tool_names", "tool_names"},
      {R"({"tools":[{"name":"w","type":"web_search_20250305"}],)" + hi + "}", "server_tools",
       "server_tools"},
      {R"({"mcp_servers":[{}],)" + hi + "}", "dialect", "dialect"},
      {asking(source("document", "base64")), "documents", "documents"},
      {asking(source("image", "base64")), "", ""},
      {asking(source("image", "file")), "images", "images"},
      {asking(R"({"type":"container_upload"})"), "unknown_blocks", "unknown_blocks"},
      {asking(R"({"type":"tool_result","tool_use_id":"t","content":[)" + source("document", "url") +
              "]}"),
       "documents", "documents"},
  };
  wire::JsonIndex index;
  for (const auto& [text, chat, responses] : cases) {
    const Buffer body(text);
    EXPECT_EQ(what_dialect_lacks(at(Dialect::Messages), body, index), "");
    for (const auto& [dialect, lack] :
         {std::pair(Dialect::Chat, chat), std::pair(Dialect::Responses, responses)}) {
      const EndpointConfig endpoint = at(dialect, "openai-compatible");
      EXPECT_EQ(what_dialect_lacks(endpoint, body, index), lack) << text;
      const Headers none;
      const wire::SplicedBody spliced(body.view());
      CallRequest request;
      request.client_headers = &none;
      request.body = &spliced;
      Outgoing out;
      EXPECT_EQ(put_into_dialect(out, endpoint, request, index).has_value(), *lack == '\0') << text;
    }
  }
}

TEST(Outgoing, PutsTheUserProfileIntoTheBodyForBedrocksNewerPlatformAlone) {
  const Headers client{{"anthropic-user-profile-id", "up_\"1"}, {"anthropic-beta", "a, b"}};
  wire::JsonIndex index;
  const auto put = [&](const char* kind, const std::string& text) {
    EndpointConfig endpoint = at(Dialect::Messages);
    endpoint.kind = kind;
    endpoint.is_anthropic = true;
    const wire::SplicedBody body(text);
    CallRequest request;
    request.client_headers = &client;
    request.body = &body;
    request.model_value = {9, 12};
    Outgoing out;
    EXPECT_TRUE(put_into_dialect(out, endpoint, request, index));
    EXPECT_EQ(out.headers.find("anthropic-beta"), "a, b");
    const bool in_header = !out.headers.find("anthropic-user-profile-id").empty();
    return (in_header ? "header " : "") + sent(out);
  };
  const std::string plain = R"({"model":"m","messages":[]})";
  EXPECT_EQ(put("bedrock-mantle", plain),
            R"({"user_profile_id":"up_\"1","model":"its-name","messages":[]})");
  EXPECT_EQ(put("bedrock-mantle", R"({"model":"m","user_profile_id":"own"})"),
            R"({"model":"its-name","user_profile_id":"own"})");
  EXPECT_EQ(put("aws-anthropic", plain), R"(header {"model":"its-name","messages":[]})");
}

TEST(Outgoing, ListsModelsOnlyWhereThereIsAList) {
  const Headers none;
  CallRequest request;
  request.client_headers = &none;
  request.operation = CallRequest::Operation::Models;
  wire::JsonIndex index;
  for (const auto& [kind, lists] : {std::pair("anthropic", true),
                                    {"aws-anthropic", true},
                                    {"foundry", false},
                                    {"bedrock-mantle", false},
                                    {"vertex", false}}) {
    EndpointConfig endpoint = at(Dialect::Messages);
    endpoint.kind = kind;
    Outgoing out;
    EXPECT_EQ(put_into_dialect(out, endpoint, request, index).has_value(), lists) << kind;
  }
}

TEST(Outgoing, NamesTheModelWhereTheCallLeaves) {
  const Headers none;
  const wire::SplicedBody body(R"({"model":"m","messages":[]})");
  CallRequest request;
  request.client_headers = &none;
  request.body = &body;
  request.model_value = {9, 12};
  request.query = "beta=true";
  wire::JsonIndex index;
  Outgoing out;
  ASSERT_TRUE(put_into_dialect(out, at(Dialect::Messages), request, index));
  EXPECT_EQ(sent(out), R"({"model":"its-name","messages":[]})");
  EXPECT_EQ(out.target, "/v1/messages?beta=true");
}

}  // namespace
}  // namespace rlm::upstream
