// Proxies on several machines that share what classes have earned, through a database that is not
// always there.

#include <gmock/gmock.h>
#include <signal.h>

#include <thread>

#include "tests/support/child_process.hpp"
#include "tests/support/label_places.hpp"
#include "tests/support/trusted_work.hpp"

namespace rlm::test {
namespace {

using quality::Trust;

struct SharedTrust : PostgresLabels {
  Settings settings(const std::string& trust = {}) const {
    Settings made = lenient(trust);
    made.ledger = "labels = " + json_quoted(url() + "?connect_timeout=2");
    return made;
  }
  /// Works that many times; all of it must be answered.
  static void work_on(Scene& scene, int times) {
    for (int i = 0; i < times; ++i) {
      const auto before = scene.proxy->records().size();
      EXPECT_EQ(work(scene, "Read", kRead, kRead).status, 200);
      scene.proxy->record_number(before + 2);  // with what was tried beside it
    }
  }
};

TEST_F(SharedTrust, EarnedOnOneMachineServesOnAnotherAndIsLostOnBoth) {
  Scene mine(settings());
  Scene theirs(settings());
  work_until_trusted(mine, "Read", kRead);
  EXPECT_EQ(class_named(theirs, kAskReads).standing.state, Trust::Trusted);
  EXPECT_EQ(work(theirs, "Read", kRead, kRead).header("x-rlm-verdict"), "VALIDATED");
  theirs.proxy->record_number(2);
  int served = 0;
  for (; served < 60; ++served) {
    theirs.draft->script(sim::Reply::of_tool("Read", kRead));
    theirs.verify->script(sim::Reply::of_tool("Read", kOther, kWords));
    theirs.verify->script(says("A"));
    const Reply reply = theirs.post(user_body("fix the bug in a.c", false, kTools));
    if (reply.header("x-rlm-verdict") != "VALIDATED") break;
    theirs.proxy->record_number(static_cast<std::size_t>(2 * served + 4));
    theirs.proxy->classes();  // counted
  }
  EXPECT_LT(served, 60) << "never demoted";
  theirs.proxy->record_number(static_cast<std::size_t>(2 * served + 4));
  theirs.proxy->classes();
  const auto report = class_named(mine, kAskReads);
  EXPECT_EQ(report.standing.state, Trust::Demoted);
  EXPECT_EQ(report.demotions, 1);
  EXPECT_EQ(report.labels, class_named(theirs, kAskReads).labels);
  EXPECT_EQ(work(mine, "Read", kRead, kRead).header("x-rlm-verdict"), "DIRECT");
}

TEST_F(SharedTrust, OutlivesADatabaseThatIsKilledUnderTrafficOrFallsSilent) {
  Scene mine(settings());
  Scene theirs(settings());
  std::thread traffic([&] { work_on(mine, 6); });
  work_on(theirs, 1);
  server->stop();
  work_on(theirs, 2);
  traffic.join();
  theirs.proxy->classes();
  EXPECT_EQ(metric(theirs, "rlm_label_store_up"), 0);
  EXPECT_GE(metric(theirs, "rlm_labels_waiting"), 2);
  server->start();
  for (int i = 0; i < 2; ++i) {
    mine.proxy->classes();
    theirs.proxy->classes();
  }
  EXPECT_EQ(class_named(mine, kAskReads).labels, 9);
  EXPECT_EQ(class_named(theirs, kAskReads).labels, 9);

  server->freeze();
  work_on(mine, 2);  // answered while the database answers nobody
  work_on(theirs, 2);
  server->thaw();
  for (int i = 0; i < 2; ++i) {
    mine.proxy->classes();
    theirs.proxy->classes();
  }
  for (Scene* scene : {&mine, &theirs}) {
    EXPECT_EQ(class_named(*scene, kAskReads).labels, 13);
    EXPECT_EQ(metric(*scene, "rlm_labels_lost_total"), 0);
    EXPECT_EQ(metric(*scene, "rlm_labels_waiting"), 0);
    EXPECT_EQ(metric(*scene, "rlm_label_store_up"), 1);
  }
}

TEST_F(SharedTrust, IsNotPresumedWhileTheDatabaseIsAwayAndTakenOverWhenItComes) {
  server->stop();
  Scene scene(settings("ask = \"trusted\"\n"));
  const Reply unknown = work(scene, "Read", kRead, kRead);
  EXPECT_EQ(unknown.header("x-rlm-verdict"), "DIRECT");
  EXPECT_EQ(unknown.header("x-rlm-reason"), "probation");
  EXPECT_EQ(metric(scene, "rlm_label_store_up"), 0);
  scene.proxy->record_number(2);
  server->start();
  EXPECT_EQ(class_named(scene, kAskReads).labels, 1);
  EXPECT_EQ(work(scene, "Read", kRead, kRead).header("x-rlm-verdict"), "VALIDATED");
}

TEST_F(SharedTrust, TellsNobodyTheDatabasesPassword) {
  const TempFolder folder;
  const auto verify = start_model(Scene::verify_config());
  const auto draft = start_model(Scene::draft_config());
  Settings made = lenient();
  made.verify_url = verify->base_url();
  made.draft_url = draft->base_url();
  made.log = "level = \"debug\"";
  auto place = url("guarded");
  place.insert(place.find('@'), ":${LABELS_PASSWORD}");
  made.ledger = "labels = " + json_quoted(place);
  const std::string file = folder.file("config.toml");
  write_file(file, config_text(made));
  const auto expect_untold = [](const std::string& text, const std::string& where) {
    EXPECT_THAT(text, testing::Not(testing::HasSubstr("pa55"))) << where;
  };
  {
    ServeProcess serve(file, folder.file("errors"), {std::string("LABELS_PASSWORD=") + kPassword});
    EXPECT_EQ(ask(serve.port(), user_body("hello")).status, 200);
    server->stop();
    EXPECT_EQ(ask(serve.port(), user_body("hello")).status, 200);
    for (const char* page : {"/metrics", "/api/summary", "/api/classes", "/api/models"}) {
      Ask request;
      request.method = "GET";
      request.target = page;
      expect_untold(ask(serve.port(), request).body, page);
    }
    EXPECT_EQ(serve.process().stop(SIGTERM), 0);
    expect_untold(serve.process().output(), "standard output");
  }
  server->start();
  const std::string log = read_file(folder.file("errors"));
  EXPECT_THAT(log, testing::HasSubstr("guarded@127.0.0.1"));
  expect_untold(log, "the log");

  ChildProcess refused(cascade_binary(), {"serve", "-c", file},
                       {"LABELS_PASSWORD=wrong pa55", "DRAFT_KEY=k"}, folder.file("refused"));
  EXPECT_EQ(refused.wait(), 1);
  const std::string why = read_file(folder.file("refused"));
  EXPECT_THAT(why, testing::HasSubstr("password authentication failed for user \"guarded\""));
  expect_untold(why, "the refusal");
}

}  // namespace
}  // namespace rlm::test
