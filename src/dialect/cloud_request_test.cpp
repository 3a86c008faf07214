// Messages requests to Vertex AI and Bedrock and back; every byte that need not change stays.
#include "dialect/cloud_request.hpp"

#include <gtest/gtest.h>

#include "base/base64.hpp"
#include "dialect/bedrock_request.hpp"
#include "dialect/members.hpp"
#include "dialect/vertex_request.hpp"

namespace rlm::dialect {
namespace {

std::string text(const wire::SplicedBody& body) {
  return std::string(body.joined().view());
}

struct MemberCase {
  const char* object;
  const char* inserted;
  const char* wanted;
};

TEST(SpliceMembers, ChangesNothingElse) {
  for (const MemberCase& one : {
           MemberCase{R"({"a":1,"x":2,"b":3})", "", R"({"a":1,"b":3})"},
           {R"({"x":2,"a":1})", "", R"({"a":1})"},
           {R"({"a":1,"x":2})", "", R"({"a":1})"},
           {R"({"x":2,"y":3,"a":1})", R"("n":0)", R"({"n":0,"a":1})"},
           {R"({"x":2,"y":3})", R"("n":0)", R"({"n":0})"},
           {R"({"x":2})", "", "{}"},
           {"{}", R"("n":0)", R"({"n":0})"},
           {"{}", "", "{}"},
           {R"({"a":1})", R"("n":0)", R"({"n":0,"a":1})"},
           {" {  \"x\" : [1,{\"x\":2}] ,\n \"a\" : 1.0 , \"y\":{} , \"x\":3 }\n", R"("n":0)",
            " {\"n\":0,\n \"a\" : 1.0 }\n"},
           {R"({"\u0078":2,"a":"x"})", "", R"({"a":"x"})"},
           {R"({"a":{"x":1},"b":["x"]})", "", R"({"a":{"x":1},"b":["x"]})"},
       }) {
    wire::JsonIndex index;
    const std::string_view object = one.object;
    wire::SplicedBody body(object);
    constexpr std::string_view kRemoved[] = {"x", "y"};
    splice_members(*index.parse(object), kRemoved, one.inserted, body);
    EXPECT_EQ(text(body), one.wanted) << one.object;
    EXPECT_TRUE(index.parse(text(body))) << text(body);
  }
}

const VertexPlace kPlace{"my-project", "us-east5"};
constexpr std::string_view kPrefix =
    "/v1/projects/my-project/locations/us-east5/publishers/"
    "anthropic/models/";

struct Sent {
  std::string target;
  std::string body;
};

Sent to_vertex(std::string_view body, const Headers& client = {},
               MessagesCall call = MessagesCall::Create,
               std::string_view model = "claude-sonnet-4-5@20250929") {
  wire::JsonIndex index;
  const auto request = vertex_request(kPlace, model, call, body, client, index);
  if (!request) return {"refused", request.error().message};
  std::string target = request->target;
  if (target.starts_with(kPrefix)) target.erase(0, kPrefix.size());
  return {target, text(request->body)};
}

TEST(VertexRequest, MovesTheModelIntoThePathAndKeepsStream) {
  const Sent whole = to_vertex(R"({"model":"claude","max_tokens":5,"temperature":1.0})");
  EXPECT_EQ(whole.target, "claude-sonnet-4-5@20250929:rawPredict");
  EXPECT_EQ(whole.body,
            R"({"anthropic_version":"vertex-2023-10-16","max_tokens":5,"temperature":1.0})");
  const Sent streamed = to_vertex(R"({"max_tokens":5,"model":"claude","stream": true})");
  EXPECT_EQ(streamed.target, "claude-sonnet-4-5@20250929:streamRawPredict");
  EXPECT_EQ(streamed.body,
            R"({"anthropic_version":"vertex-2023-10-16","max_tokens":5,"stream": true})");
  EXPECT_EQ(to_vertex(R"({"stream":false})").target, "claude-sonnet-4-5@20250929:rawPredict");
}

TEST(VertexRequest, PassesANewerVersionOn) {
  const auto body_with = [](std::string_view version) {
    return to_vertex("{}", {{"Anthropic-Version", version}}).body;
  };
  EXPECT_EQ(body_with("2026-10-21"), R"({"anthropic_version":"2026-10-21"})");
  for (const char* old : {"2023-06-01", "2023-01-01", "newest", "2026-10-2\"", ""})
    EXPECT_EQ(body_with(old), R"({"anthropic_version":"vertex-2023-10-16"})") << old;
  EXPECT_EQ(
      to_vertex(R"({"anthropic_version":"mine"})", {{"anthropic-version", "2026-10-21"}}).body,
      R"({"anthropic_version":"mine"})");
}

TEST(VertexRequest, CountsTokensWithTheModelInTheBody) {
  const Sent counted = to_vertex(R"({"messages":[],"model":"claude"})", {},
                                 MessagesCall::CountTokens, "claude-opus-5");
  EXPECT_EQ(counted.target, "count-tokens:rawPredict");
  EXPECT_EQ(counted.body,
            R"({"anthropic_version":"vertex-2023-10-16","model":"claude-opus-5","messages":[]})");
}

TEST(VertexRequest, EncodesWhatAPathCannotHold) {
  EXPECT_EQ(to_vertex("{}", {}, MessagesCall::Create, "a;b/c?d").target,
            "a%3Bb%2Fc%3Fd:rawPredict");
}

TEST(VertexRequest, LeavesBetasInTheirHeader) {
  const Headers headers = vertex_headers(
      {{"anthropic-version", "2023-06-01"}, {"anthropic-beta", "a,b"}, {"accept", "x"}});
  EXPECT_EQ(headers.size(), 2u);
  EXPECT_EQ(headers.find("anthropic-beta"), "a,b");
}

TEST(VertexRequest, LeavesOutFlagsOfWhatVertexDoesNotHave) {
  const auto flags = [](std::string_view list) {
    return std::string(vertex_headers({{"anthropic-beta", list}}).find("anthropic-beta"));
  };
  EXPECT_EQ(flags("context-1m-2025-08-07, claude-code-20250219"),
            "context-1m-2025-08-07, claude-code-20250219")
      << "not a byte changes when nothing has to go";
  EXPECT_EQ(flags("skills-2025-10-02, context-1m-2025-08-07 ,advisor-tool-2026-03-01,effort-x"),
            "context-1m-2025-08-07,effort-x");
  EXPECT_EQ(vertex_headers({{"Anthropic-Beta", "files-api-2025-04-14"}}).size(), 0u);
  EXPECT_EQ(to_vertex(R"({"max_tokens":5,"fallbacks":"default","mcp_servers":[]})").body,
            R"({"anthropic_version":"vertex-2023-10-16","max_tokens":5,"mcp_servers":[]})")
      << "what changes the meaning of a request stays, and the cloud says what is wrong";
}

TEST(VertexRequest, KeepsThePrefixOfAConversationThatGrows) {
  const std::string turn =
      R"({"fallbacks":[{"model":"x"}],"messages":[{"role":"user","content":"a"})";
  const std::string first = to_vertex(turn + "]}").body;
  const std::string second = to_vertex(turn + R"(,{"role":"assistant","content":"b"}]})").body;
  EXPECT_EQ(second.substr(0, first.size() - 2), first.substr(0, first.size() - 2));
}

TEST(VertexBaseUrl, IsThatOfItsLocation) {
  EXPECT_EQ(vertex_base_url("global"), "https://aiplatform.googleapis.com");
  EXPECT_EQ(vertex_base_url("eu"), "https://aiplatform.eu.rep.googleapis.com");
  EXPECT_EQ(vertex_base_url("us-east5"), "https://us-east5-aiplatform.googleapis.com");
}

Sent to_bedrock(std::string_view body, const Headers& client = {},
                MessagesCall call = MessagesCall::Create,
                std::string_view model = "us.anthropic.claude-sonnet-4-5-20250929-v1:0") {
  wire::JsonIndex index;
  const auto request = bedrock_request(model, call, body, client, index);
  if (!request) return {"refused", request.error().message};
  return {request->target, text(request->body)};
}

TEST(BedrockRequest, MovesModelAndStreamIntoThePath) {
  const Sent whole = to_bedrock(R"({"model":"claude","stream":false,"max_tokens":5})");
  EXPECT_EQ(whole.target, "/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/invoke");
  EXPECT_EQ(whole.body, R"({"anthropic_version":"bedrock-2023-05-31","max_tokens":5})");
  const Sent streamed = to_bedrock(R"({"max_tokens":5, "stream":true})");
  EXPECT_EQ(streamed.target,
            "/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/invoke-with-response-stream");
  EXPECT_EQ(streamed.body, whole.body);
  EXPECT_EQ(
      to_bedrock("{}", {}, MessagesCall::Create, "arn:aws:bedrock:us-east-1:1:inference-profile/p")
          .target,
      "/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Ainference-profile%2Fp/invoke");
}

TEST(BedrockRequest, MovesBetasIntoTheBodyEachOnce) {
  const Headers client{{"anthropic-beta", "a-1, b-2 ,,a-1"}, {"Anthropic-Beta", "c-3"}};
  EXPECT_EQ(to_bedrock("{}", client).body,
            R"({"anthropic_version":"bedrock-2023-05-31","anthropic_beta":["a-1","b-2","c-3"]})");
  EXPECT_EQ(
      to_bedrock(R"({"anthropic_version":"v","anthropic_beta":["z","a-1"],"max_tokens":1})", client)
          .body,
      R"({"anthropic_beta":["z","a-1","b-2","c-3"],"anthropic_version":"v","max_tokens":1})");
  const Headers sent = bedrock_headers(
      {{"anthropic-beta", "a"}, {"anthropic-version", "b"}, {"Accept", "*/*"}, {"x", "y"}});
  EXPECT_EQ(sent.lines(), "x: y\r\naccept: application/json\r\n");
}

TEST(BedrockRequest, NamesTheNewerVersionOnlyToModelsThatKnowIt) {
  const Headers client{{"anthropic-version", "2026-10-21"}};
  for (const auto& [model, version] :
       {std::pair("us.anthropic.claude-sonnet-4-5-20250929-v1:0", "bedrock-2023-05-31"),
        {"anthropic.claude-opus-4-6-v1:0", "bedrock-2023-05-31"},
        {"global.anthropic.claude-opus-4-7-v1:0", "2026-10-21"},
        {"us.anthropic.claude-sonnet-5", "2026-10-21"},
        {"arn:aws:bedrock:us-east-1:1:application-inference-profile/p", "2026-10-21"}})
    EXPECT_EQ(to_bedrock("{}", client, MessagesCall::Create, model).body,
              std::string(R"({"anthropic_version":")") + version + "\"}")
        << model;
}

TEST(BedrockRequest, CountsTokensOfAWholeBody) {
  const Sent counted =
      to_bedrock(R"({"model":"claude","messages":[]})", {}, MessagesCall::CountTokens, "m");
  EXPECT_EQ(counted.target, "/model/m/count-tokens");
  std::string base64;
  append_base64(base64,
                R"({"anthropic_version":"bedrock-2023-05-31","max_tokens":1,"messages":[]})");
  EXPECT_EQ(counted.body, R"({"input":{"invokeModel":{"body":")" + base64 + "\"}}}");
  wire::JsonIndex index;
  EXPECT_EQ(*messages_count(R"({"inputTokens":42})", index), R"({"input_tokens":42})");
  EXPECT_EQ(*bedrock_count(R"({"input_tokens":42,"x":1})", index), R"({"inputTokens":42})");
  EXPECT_EQ(messages_count("{}", index).error().kind, ErrorKind::Protocol);
}

TEST(CloudRequests, RefuseWhatIsNoMessagesBody) {
  for (const char* body : {"", "[]", "{", "null", R"({"anthropic_beta":"a"})",
                           R"({"anthropic_beta":["a,b"]})", R"({"anthropic_beta":[1]})"}) {
    EXPECT_EQ(to_bedrock(body).target, "refused") << body;
  }
  EXPECT_EQ(to_vertex("[]").target, "refused");
}

TEST(VertexPath, IsReadAsTheSdkWritesIt) {
  const auto path = read_vertex_path(
      "/v1/projects/p-1/locations/global/publishers/anthropic/models/claude-opus-4-5@20251101:"
      "streamRawPredict");
  ASSERT_TRUE(path);
  EXPECT_EQ(path->place.project, "p-1");
  EXPECT_EQ(path->place.location, "global");
  EXPECT_EQ(path->model, "claude-opus-4-5@20251101");
  EXPECT_TRUE(path->stream);
  const std::string models = "/projects/p/locations/l/publishers/anthropic/models/";
  EXPECT_EQ(read_vertex_path(models + "count-tokens:rawPredict")->call, MessagesCall::CountTokens);
  for (const std::string& other :
       {std::string("/v1/messages"), models + "m", models + "m:predict", models + ":rawPredict",
        models + "m/x:rawPredict",
        std::string("/projects//locations/l/publishers/anthropic/models/m:rawPredict"),
        std::string("/projects/p/locations/l/publishers/google/models/m:rawPredict")})
    EXPECT_FALSE(read_vertex_path(other)) << other;
}

TEST(BedrockPath, IsReadAsTheSdkWritesIt) {
  const auto path =
      read_bedrock_path("/model/us.anthropic.claude-v1%3A0/invoke-with-response-stream");
  ASSERT_TRUE(path);
  EXPECT_EQ(path->model, "us.anthropic.claude-v1:0");
  EXPECT_TRUE(path->stream);
  EXPECT_EQ(read_bedrock_path("/model/arn:aws:x/profile/invoke")->model, "arn:aws:x/profile");
  EXPECT_EQ(read_bedrock_path("/model/m/count-tokens")->call, MessagesCall::CountTokens);
  for (const char* other : {"/model/m", "/model//invoke", "/model/m/converse", "/v1/messages"})
    EXPECT_FALSE(read_bedrock_path(other)) << other;
}

TEST(VertexClients, AreReadAsMessages) {
  wire::JsonIndex index;
  VertexPath path;
  path.model = "claude-opus-5";
  path.stream = true;
  const Headers client{{"anthropic-beta", "a"}, {"anthropic-version", "2023-06-01"}, {"x", "y"}};
  const auto request = messages_of_vertex(
      path, client,
      R"({"anthropic_version":"vertex-2023-10-16","max_tokens":5, "stream":true ,"messages":[]})",
      index);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->body.view(),
            R"({"model":"claude-opus-5","stream":true,"max_tokens":5 ,"messages":[]})");
  EXPECT_EQ(request->headers.lines(),
            "x: y\r\nanthropic-version: 2023-06-01\r\nanthropic-beta: a\r\n");
  path.call = MessagesCall::CountTokens;
  const auto counted = messages_of_vertex(
      path, {}, R"({"model":"claude-opus-5","anthropic_version":"2026-10-21"})", index);
  EXPECT_EQ(counted->body.view(), R"({"model":"claude-opus-5"})");
  EXPECT_EQ(counted->headers.find("anthropic-version"), "2026-10-21");
}

TEST(BedrockClients, AreReadAsMessages) {
  wire::JsonIndex index;
  BedrockPath path;
  path.model = "us.anthropic.claude-v1:0";
  const auto request = messages_of_bedrock(
      path, {{"content-length", "9"}},
      R"({"anthropic_version":"bedrock-2023-05-31","anthropic_beta":["a","b"],"max_tokens":5})",
      index);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->body.view(), R"({"model":"us.anthropic.claude-v1:0","max_tokens":5})");
  EXPECT_EQ(request->headers.lines(), "anthropic-version: 2023-06-01\r\nanthropic-beta: a,b\r\n");
  path.call = MessagesCall::CountTokens;
  const Sent counted = to_bedrock(R"({"messages":[]})", {}, MessagesCall::CountTokens);
  const auto count = messages_of_bedrock(path, {}, counted.body, index);
  ASSERT_TRUE(count);
  EXPECT_EQ(count->body.view(), R"({"model":"us.anthropic.claude-v1:0","messages":[]})");
  EXPECT_EQ(messages_of_bedrock(path, {}, R"({"input":{"converse":{}}})", index).error().kind,
            ErrorKind::BadRequest);
}

TEST(CloudRequests, ComeBackAsTheyWere) {
  const std::string body =
      R"({"model":"us.anthropic.claude-v1:0","stream":true,"max_tokens" : 5.0,"messages":[{"a":"\u00e9"}]})";
  wire::JsonIndex index;
  const Sent sent =
      to_bedrock(body, {{"anthropic-beta", "a"}}, MessagesCall::Create, "us.anthropic.claude-v1:0");
  const auto back = messages_of_bedrock(*read_bedrock_path(sent.target), {}, sent.body, index);
  EXPECT_EQ(back->body.view(), body);
  EXPECT_EQ(back->headers.find("anthropic-beta"), "a");
  const Sent vertex = to_vertex(body, {}, MessagesCall::Create, "us.anthropic.claude-v1:0");
  const auto path = read_vertex_path(std::string(kPrefix) + vertex.target);
  EXPECT_EQ(messages_of_vertex(*path, {}, vertex.body, index)->body.view(), body);
}

}  // namespace
}  // namespace rlm::dialect
