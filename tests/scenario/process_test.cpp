// The program as its operator sees it: starting, refusing, draining.

#include <signal.h>

#include <thread>

#include "tests/support/child_process.hpp"
#include "tests/support/scene.hpp"

namespace rlm::test {
namespace {

constexpr std::string_view kTools =
    R"(,"tools":[{"name":"Read","description":"reads","input_schema":{"type":"object"}}])";

Ask direct_stream(std::string_view model = "claude-opus-4-8") {
  Ask request;
  request.body = user_body("x", true, kTools, model);
  return request;
}

TEST(Process, RefusesABadConfigurationWithAllItsMistakes) {
  const TempFolder folder;
  write_file(folder.file("bad.toml"),
             "colour = 1\n[listen]\naddress = \"here\"\n[models.a]\nendpoint = \"nobody\"\n");
  for (const char* command : {"serve -c", "check"}) {
    const TempFolder output;
    std::vector<std::string> words{command};
    if (std::string(command) == "serve -c") words = {"serve", "-c"};
    words.push_back(folder.file("bad.toml"));
    ChildProcess child(cascade_binary(), words, {}, output.file("errors"));
    EXPECT_EQ(child.wait(), 2);
    const std::string errors = read_file(output.file("errors"));
    for (const char* path : {"colour:", "listen.address:", "models.a.endpoint:"})
      EXPECT_NE(errors.find(path), std::string::npos) << command << ": " << errors;
  }
}

TEST(Process, SaysWhatAGoodConfigurationMeans) {
  const TempFolder folder;
  Settings settings;
  settings.verify_url = "http://127.0.0.1:1";
  settings.draft_url = "http://127.0.0.1:2";
  write_file(folder.file("good.toml"), config_text(settings));
  ChildProcess child(cascade_binary(), {"check", folder.file("good.toml")}, {"DRAFT_KEY=k"},
                     folder.file("errors"));
  EXPECT_NE(child.read_until("policy paper").find("drafted by draft, verified by verify"),
            std::string::npos);
  EXPECT_EQ(child.wait(), 0);
  EXPECT_EQ(read_file(folder.file("errors")), "");
}

TEST(Process, ATermSignalLetsARunningAnswerEndAndTakesNoNewOnes) {
  const TempFolder folder;
  const auto verify = start_model(Scene::verify_config());
  Settings settings;
  settings.cascades = false;
  settings.verify_url = verify->base_url();
  settings.limits = "drain_ms = 10000";
  write_file(folder.file("config.toml"), config_text(settings));
  ServeProcess serve(folder.file("config.toml"), folder.file("errors"));
  sim::Reply slow = says_in_pieces({"one ", "two ", "three ", "four"});
  slow.output_tokens = 20;
  slow.tokens_per_second = 50;
  verify->script(slow);
  Client idle(serve.port());
  Client client(serve.port());
  client.send(direct_stream("sim-verify"));
  Reply reply = client.read_head();
  ASSERT_TRUE(client.read_until(reply, "one "));
  std::thread stopping([&] { EXPECT_EQ(serve.process().stop(SIGTERM), 0); });
  EXPECT_TRUE(idle.wait_closed());
  EXPECT_THROW(Client{serve.port()}, std::runtime_error);
  while (client.read_more(reply)) {
  }
  stopping.join();
  EXPECT_TRUE(reply.whole);
  EXPECT_EQ(text_of(reply.body), "one two three four");
}

TEST(Process, AnAnswerBeyondTheDrainingTimeIsCut) {
  Settings settings;
  settings.limits = "drain_ms = 50";
  Scene scene(settings);
  scene.verify->script(fails("stall@900"));
  Client client(scene.port());
  client.send(direct_stream());
  Reply reply = client.read_head();
  ASSERT_TRUE(client.read_until(reply, "content_block_delta"));
  scene.proxy->stop();
  while (client.read_more(reply)) {
  }
  EXPECT_FALSE(reply.whole);
  ASSERT_TRUE(scene.verify->wait_finished(1));
  EXPECT_TRUE(scene.verify->requests().at(0).client_left);
}

TEST(Process, AnOpenDashboardDoesNotHoldAShutdownUp) {
  Settings settings;
  settings.limits = "drain_ms = 10000";
  Scene scene(settings);
  Client client(scene.port());
  client.send("GET /api/live HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n");
  EXPECT_EQ(client.read_head().status, 200);
  scene.proxy->stop();
  client.wait_closed();
}

}  // namespace
}  // namespace rlm::test
