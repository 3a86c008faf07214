// Images and documents by URL for providers that fetch none: a server of pictures under TLS, a
// simulated cloud that refuses URLs, and the proxy between them.

#include <gmock/gmock.h>

#include <thread>

#include "base/base64.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/picture_server.hpp"
#include "tests/support/scene.hpp"

namespace rlm::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string in_base64(const std::string& media_type, const std::string& bytes) {
  std::string text = R"({"type":"base64","media_type":")" + media_type + R"(","data":")";
  append_base64(text, bytes);
  return text + "\"}";
}

/// The providers that take no URLs.
struct Cloud {
  const char* name;
  sim::Provider provider;
  const char* lines;
  const char* prefix;  // of the models' ids
};

constexpr Cloud kVertex{"vertex", sim::Provider::Vertex,
                        "project = \"p1\"\nlocation = \"global\"\napi_key = \"${UPSTREAM_KEY}\"\n",
                        ""};
constexpr Cloud kBedrock{"bedrock", sim::Provider::Bedrock,
                         "region = \"us-east-1\"\napi_key = \"${UPSTREAM_KEY}\"\n",
                         "global.anthropic."};
// Whoever takes what Ollama takes.
constexpr Cloud kOllama{"ollama", sim::Provider::OpenRouter, "api_key = \"${UPSTREAM_KEY}\"\n", ""};

std::unique_ptr<sim::SimulatedModel> start(const Cloud& cloud) {
  sim::SimConfig config = Scene::verify_config();
  config.provider = cloud.provider;
  config.models = {cloud.prefix + config.models.front()};
  config.keys = {"upstream-key"};
  return start_model(std::move(config));
}

/// `fetch`: whether the model has its URLs fetched.
struct World {
  explicit World(const Cloud& cloud, bool fetch = true, const std::string& more = "",
                 const std::string& lines = "")
      : model(start(cloud)),
        authority(make_authority(folder.file("ca"))),
        certificate(make_certificate(folder.file("server"), authority, "localhost")),
        pictures({{"/a.png?token=secret", {png()}}, {"/b.pdf", {pdf()}}},
                 certificate.certificate_file, certificate.key_file),
        proxy(
            "[listen]\naddress = \"127.0.0.1:0\"\nthreads = 2\n[log]\nlevel = \"off\"\n"
            "[ledger]\npath = \"\"\n[limits]\ndrain_ms = 0\n[models.opus]\nendpoint = \"" +
            std::string(cloud.name) + "\"\nretries = 0\nmodel = \"" + cloud.prefix +
            "sim-verify\"\nbase_url = \"" + model->base_url() +
            (cloud.provider == sim::Provider::OpenRouter ? "/api/v1" : "") + "\"\n" + cloud.lines +
            lines + (fetch ? "fetch_urls = true\n" : "") +
            "[fetch]\nproxy = \"none\"\norigins = [\"" + url("") +
            "\"]\nca_file = " + json_quoted(authority.certificate_file) + "\n" + more) {}

  std::string url(const std::string& path) const {
    return "https://localhost:" + std::to_string(pictures.port()) + path;
  }
  std::string source(const std::string& path) const {
    return R"({"type":"url","url":")" + url(path) + "\"}";
  }
  /// A request with these blocks behind a text.
  std::string body(const std::string& blocks) const {
    return R"({"model":"opus","max_tokens":50,  "messages":[{"role":"user","content":[)"
           R"({"type":"text","text":"What is \u0074his?"},)" +
           blocks + "]}]}";
  }
  std::string image(const std::string& path) const {
    return R"({"type":"image","source":)" + source(path) + "}";
  }
  Reply post(const std::string& body, const std::string& target = "/v1/messages") {
    Ask request;
    request.target = target;
    request.body = body;
    return ask(proxy.port(), request);
  }
  /// What the model was sent by the last call to it.
  std::string sent() const {
    const auto requests = model->requests();
    return requests.empty() ? std::string() : requests.back().body;
  }

  TempFolder folder;
  std::unique_ptr<sim::SimulatedModel> model;
  Certificate authority;
  Certificate certificate;
  PictureServer pictures;
  Proxy proxy;
};

class CloudsByUrl : public testing::TestWithParam<Cloud> {};

TEST_P(CloudsByUrl, AreSentTheFetchedBytesAndEveryOtherByteAsItWas) {
  World world(GetParam());
  const std::string blocks = world.image("/a.png?token=secret") +
                             R"(,{"type":"document","source":)" + world.source("/b.pdf") +
                             R"(,"title":"A \/ b"})";
  for (int turn = 0; turn < 3; ++turn) {
    const Reply reply = world.post(world.body(blocks));
    ASSERT_EQ(reply.status, 200) << reply.body;
    const std::string tail =
        R"("messages":[{"role":"user","content":[{"type":"text","text":"What is \u0074his?"},)"
        R"({"type":"image","source":)" +
        in_base64("image/png", png()) + R"(},{"type":"document","source":)" +
        in_base64("application/pdf", pdf()) + R"(,"title":"A \/ b"}]}]})";
    EXPECT_THAT(world.sent(), HasSubstr(tail));
  }
  EXPECT_EQ(world.pictures.requests().size(), 2u) << "each turn sends what the first one fetched";
  for (const std::string& head : world.pictures.requests()) {
    EXPECT_THAT(head, Not(HasSubstr("key-1")));
    EXPECT_THAT(head, Not(HasSubstr("upstream-key")));
  }
}

TEST_P(CloudsByUrl, RefuseAnImageByUrlInWordsThatSayWhatToDo) {
  World world(GetParam(), false);
  const Reply reply = world.post(world.body(world.image("/a.png?token=secret")));
  EXPECT_EQ(reply.status, 400);
  EXPECT_TRUE(is_error(reply.body, "invalid_request_error"));
  const std::string message = json_at(reply.body, "error.message");
  EXPECT_THAT(message, HasSubstr("messages.0.content.1.source.url: an image by URL"));
  EXPECT_THAT(message, HasSubstr(std::string("\"") + GetParam().name + "\""));
  EXPECT_THAT(message, HasSubstr("Send it in base64"));
  EXPECT_THAT(message, HasSubstr("fetch_urls = true in [models.opus]"));
  EXPECT_TRUE(world.model->requests().empty());
  EXPECT_TRUE(world.pictures.requests().empty()) << "off unless it is switched on";
}

INSTANTIATE_TEST_SUITE_P(UrlSources, CloudsByUrl, testing::Values(kVertex, kBedrock),
                         [](const auto& param_info) { return std::string(param_info.param.name); });

TEST(UrlSources, InToolsResultsAreFetchedToo) {
  World world(kBedrock);
  const std::string body =
      R"({"model":"opus","max_tokens":50,"tools":[{"name":"see","input_schema":{"type":"object"}}],)"
      R"("messages":[{"role":"user","content":"x"},{"role":"assistant","content":[{"type":"tool_use",)"
      R"("id":"toolu_1","name":"see","input":{"url":"https://localhost/never"}}]},{"role":"user",)"
      R"("content":[{"type":"tool_result","tool_use_id":"toolu_1","content":[)" +
      world.image("/a.png?token=secret") + "]}]}]}";
  const Reply reply = world.post(body);
  EXPECT_EQ(reply.status, 200) << reply.body;
  EXPECT_THAT(world.sent(), HasSubstr(in_base64("image/png", png())));
  EXPECT_THAT(world.sent(), HasSubstr(R"("input":{"url":"https://localhost/never"})"));
}

TEST(UrlSources, AreFetchedForTokenCountsToo) {
  World world(kVertex);
  const Reply reply = world.post(R"({"model":"opus","messages":[{"role":"user","content":[)" +
                                     world.image("/a.png?token=secret") + "]}]}",
                                 "/v1/messages/count_tokens");
  EXPECT_EQ(reply.status, 200) << reply.body;
  EXPECT_THAT(world.sent(), HasSubstr(in_base64("image/png", png())));
}

std::string chat_body(const std::string& url) {
  return R"({"model":"opus","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":")" +
         url + R"("}}]}]})";
}

TEST(UrlSources, OfAnOpenAiClientAreFetchedForAnUpstreamThatSpeaksAsItDoes) {
  World world(kOllama);
  const Reply reply =
      world.post(chat_body(world.url("/a.png?token=secret")), "/v1/chat/completions");
  EXPECT_EQ(reply.status, 200) << reply.body;
  EXPECT_THAT(reply.body, HasSubstr(R"("object":"chat.completion")"));
  std::string data = "data:image/png;base64,";
  append_base64(data, png());
  EXPECT_THAT(world.sent(), HasSubstr(data));
  EXPECT_THAT(world.sent(), Not(HasSubstr("localhost")));
}

TEST(UrlSources, AreRefusedInTheClientsOwnDialect) {
  for (const Cloud& cloud : {kOllama, kVertex}) {
    World off(cloud, false);
    const Reply reply = off.post(chat_body(off.url("/a.png")), "/v1/chat/completions");
    EXPECT_EQ(reply.status, 400);
    EXPECT_EQ(json_at(reply.body, "error.type"), "invalid_request_error") << reply.body;
    EXPECT_EQ(json_at(reply.body, "type"), "(none)");
    EXPECT_THAT(reply.body, HasSubstr("fetch_urls = true"));
  }
}

TEST(UrlSources, ThatCannotBeFetchedAreTheClientsErrorAndTellNoUrl) {
  World world(kVertex);
  world.pictures.put("/in", {.status = 302, .location = "https://localhost/latest/meta-data"});
  world.pictures.put("/page", {"<!DOCTYPE html>"});
  struct Case {
    std::string path;
    std::string why;
  };
  for (const Case& one : {Case{"/none?token=secret", "its server answers 404"},
                          Case{"/in", "behind a redirect, its host has no public address"},
                          Case{"/page", "it is none of image/jpeg"}}) {
    const Reply reply = world.post(world.body(world.image(one.path)));
    EXPECT_EQ(reply.status, 400);
    EXPECT_TRUE(is_error(reply.body, "invalid_request_error"));
    const std::string message = json_at(reply.body, "error.message");
    EXPECT_THAT(message, HasSubstr("messages.0.content.1.source.url: the image at localhost:"));
    EXPECT_THAT(message, HasSubstr(one.why));
    EXPECT_THAT(message, Not(HasSubstr(one.path)));
    EXPECT_THAT(message, Not(HasSubstr("meta-data")));
  }
  EXPECT_TRUE(world.model->requests().empty());
  EXPECT_EQ(world.proxy.record_number(3).verdict, Verdict::Failed);
}

TEST(UrlSources, OfAClientThatLeavesAreFetchedNoFurther) {
  World world(kVertex);
  world.pictures.put("/slow", {.body = png(), .how = Picture::How::Stalls});
  Client client(world.proxy.port());
  Ask request;
  request.body = world.body(world.image("/slow"));
  ASSERT_TRUE(client.send(request));
  while (world.pictures.asked("/slow") == 0) std::this_thread::yield();
  client.close();
  EXPECT_TRUE(world.pictures.wait_peer_left());
  EXPECT_TRUE(world.proxy.record_number(1).client_left);
  EXPECT_TRUE(world.model->requests().empty());
}

TEST(UrlSources, AreTakenElsewhereWhenOneEndpointOfAGroupTakesNone) {
  const auto other = start_model(Scene::verify_config());
  World world(kVertex, false,
              "[models.other]\nendpoint = \"anthropic\"\nmodel = \"sim-verify\"\n"
              "api_key = \"${UPSTREAM_KEY}\"\nbase_url = \"" +
                  other->base_url() + "\"\n",
              "also = [\"other\"]\n");
  const Reply reply = world.post(world.body(world.image("/a.png")));
  EXPECT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(reply.header("x-rlm-model"), "other");
  EXPECT_THAT(other->requests().at(0).body, HasSubstr(world.url("/a.png")));
  EXPECT_TRUE(world.model->requests().empty());
}

TEST(UrlSources, ADraftModelThatTakesNoneIsPassedOver) {
  const auto draft = start(kVertex);
  const auto verify = start_model(Scene::verify_config());
  const auto config = [&](const std::string& more) {
    return "[listen]\naddress = \"127.0.0.1:0\"\nthreads = 1\n[log]\nlevel = \"off\"\n[ledger]\n"
           "path = \"\"\n[limits]\ndrain_ms = 0\n[models.draft]\nendpoint = \"vertex\"\n"
           "model = \"sim-verify\"\nbase_url = \"" +
           draft->base_url() + "\"\n" + kVertex.lines + more +
           "[models.verify]\nendpoint = \"anthropic\"\nmodel = \"sim-verify\"\nbase_url = \"" +
           verify->base_url() +
           "\"\n[[cascade]]\nmatch = [\"claude-*\"]\ndraft = \"draft\"\nverify = \"verify\"\n"
           "policy = \"paper\"\n[cascade.draft_abilities]\nimages = true\n";
  };
  const std::string body =
      R"({"model":"claude-opus-4-8","max_tokens":50,"messages":[{"role":"user","content":[)"
      R"({"type":"image","source":{"type":"url","url":"https://example.com/a.png"}}]}]})";
  Proxy proxy(config(""));
  const Reply reply = ask(proxy.port(), body);
  EXPECT_EQ(reply.status, 200) << reply.body;
  EXPECT_THAT(reply.header("x-rlm-reason"), HasSubstr("url_sources"));
  EXPECT_TRUE(draft->requests().empty());
  EXPECT_THAT(verify->requests().at(0).body, HasSubstr("https://example.com/a.png"));
}

}  // namespace
}  // namespace rlm::test
