// Keys and prompts go where they must and nowhere else.

#include <signal.h>

#include "tests/support/child_process.hpp"
#include "tests/support/scene.hpp"

namespace rlm::test {
namespace {

const std::vector<std::string> kCanaries = {
    "canary-client-key", "canary-bearer-token", "canary-verify-key", "canary-draft-key",
    "canary-our-key",    "canary-wrong-key",    "canary-prompt",     "canary-answer"};

void expect_no_canary(const std::string& text, const std::string& where) {
  for (const std::string& canary : kCanaries)
    EXPECT_EQ(text.find(canary), std::string::npos) << canary << " in " << where;
}

Ask message(std::string body, const std::string& key = "canary-our-key") {
  Ask request;
  request.headers = {{"x-api-key", key},
                     {"authorization", "Bearer canary-bearer-token"},
                     {"anthropic-version", "2023-06-01"},
                     {"x-other", "canary-client-key"},
                     {"cookie", "s=canary-client-key"}};
  request.body = std::move(body);
  return request;
}

TEST(Secrets, AreInNoLogMetricErrorPageOrLedger) {
  const TempFolder folder;
  const auto verify = start_model(Scene::verify_config());
  sim::SimConfig draft_config = Scene::draft_config();
  draft_config.keys = {"canary-draft-key"};
  const auto draft = start_model(draft_config);
  Settings settings;
  settings.verify_url = verify->base_url();
  settings.draft_url = draft->base_url();
  settings.ledger_path = folder.file("ledger.db");
  settings.log = "level = \"debug\"";
  settings.listen = "api_keys = [\"${OUR_KEY}\"]";
  settings.verify = "api_key = \"${VERIFY_KEY}\"\nretries = 0";
  settings.more =
      "[models.nowhere]\nendpoint = \"anthropic\"\nmodel = \"sim-verify-nowhere\"\napi_key = "
      "\"${VERIFY_KEY}\"\n"
      "base_url = \"http://127.0.0.1:1\"\nretries = 0\n";
  write_file(folder.file("config.toml"), config_text(settings));
  {
    ServeProcess serve(
        folder.file("config.toml"), folder.file("errors"),
        {"OUR_KEY=canary-our-key", "VERIFY_KEY=canary-verify-key", "DRAFT_KEY=canary-draft-key"});
    const auto post = [&](const Ask& request) { return ask(serve.port(), request); };
    draft->script(says("canary-answer"));
    EXPECT_EQ(post(message(user_body("canary-prompt"))).header("x-rlm-verdict"), "SKIPPED");
    EXPECT_EQ(find_header(draft->requests().at(0).headers, "x-api-key"), "canary-draft-key");
    verify->script(says("canary-answer"));
    EXPECT_EQ(post(message(user_body("canary-prompt: refactor", true))).header("x-rlm-verdict"),
              "ENHANCED");
    EXPECT_EQ(find_header(verify->requests().at(0).headers, "x-api-key"), "canary-verify-key");
    EXPECT_EQ(find_header(verify->requests().at(0).headers, "authorization"), "");

    std::string errors;
    verify->script(fails("401"));
    errors += post(message(user_body("canary-prompt refactor"))).body;
    errors += post(message(user_body("canary-prompt", false, "", "sim-verify-nowhere"))).body;
    errors += post(message(user_body("x"), "canary-wrong-key")).body;
    errors += post(message("{\"model\": canary-prompt")).body;
    errors += post(message("{\"model\":\"m\",\"messages\":\"canary-prompt\"}")).body;
    errors += post(message(user_body("x", false, "", "unknown"))).body;
    EXPECT_GT(errors.size(), 500u);
    expect_no_canary(errors, "error bodies");

    for (const char* page : {"/metrics", "/api/summary", "/api/exchanges", "/api/models"}) {
      Ask request = message("");
      request.method = "GET";
      request.target = page;
      const Reply reply = post(request);
      EXPECT_EQ(reply.status, 200);
      expect_no_canary(reply.body, page);
    }
    EXPECT_EQ(serve.process().stop(SIGTERM), 0);
    expect_no_canary(serve.process().output(), "standard output");
  }
  const std::string log = read_file(folder.file("errors"));
  EXPECT_NE(log.find("exchange"), std::string::npos);
  expect_no_canary(log, "the log");
  for (const char* file : {"ledger.db", "ledger.db-wal", "ledger.db.journal.0"})
    expect_no_canary(read_file(folder.file(file)), file);
  EXPECT_GT(read_file(folder.file("ledger.db")).size(), 1000u);
}

TEST(Secrets, AWrongKeyIsRefusedBeforeTheBodyIsRead) {
  Settings settings;
  settings.listen = "api_keys = [\"${OUR_KEY}\"]";
  settings.verify = "api_key = \"${VERIFY_KEY}\"";
  Scene scene(settings);
  Client client(scene.port());
  client.send(
      "POST /v1/messages HTTP/1.1\r\nhost: x\r\nx-api-key: wrong\r\ncontent-length: "
      "1000000\r\n\r\n");
  const Reply reply = client.read_reply();
  EXPECT_EQ(reply.status, 401);
  EXPECT_TRUE(is_error(reply.body, "authentication_error"));
  EXPECT_EQ(reply.header("connection"), "close");
  for (const char* header : {"x-api-key: our-key", "authorization: Bearer our-key"}) {
    Client good(scene.port());
    const std::string body = user_body("hello");
    good.send("POST /v1/messages HTTP/1.1\r\nhost: x\r\nanthropic-version: 2023-06-01\r\n" +
              std::string(header) + "\r\ncontent-length: " + std::to_string(body.size()) +
              "\r\n\r\n" + body);
    EXPECT_EQ(good.read_reply().status, 200) << header;
  }
}

TEST(Secrets, AClientsKeyIsNeverSentToTheDraftModel) {
  Scene scene;
  EXPECT_EQ(scene.post(user_body("hello")).header("x-rlm-verdict"), "SKIPPED");
  const auto seen = scene.draft->requests();
  for (const Header header : seen.at(0).headers)
    EXPECT_EQ(header.value.find("key-1"), std::string_view::npos) << header.name;
}

}  // namespace
}  // namespace rlm::test
