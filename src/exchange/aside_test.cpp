#include "exchange/aside.hpp"

#include <gtest/gtest.h>

#include <string>

#include "net/event.hpp"
#include "tests/support/run_task.hpp"

namespace rlm::exchange {
namespace {

struct AsideTest : testing::Test {
  net::Worker worker;
  observe::Metrics metrics{"test"};
  std::string story;  // what happened, in order
  net::Event go{worker.io()};

  /// Says that it began, waits for `go` or its stop, and says how it ended.
  class Story : public AsideWork {
   public:
    Story(AsideTest& test, char name, std::size_t bytes)
        : test_(test), name_(name), bytes_(bytes) {}
    std::size_t bytes() const override { return bytes_; }
    net::Task<void> run(net::StopSource& stop) override {
      test_.story += name_;
      const net::StopCallback on_stop(
          stop, [](void* event) { static_cast<net::Event*>(event)->set(); }, &test_.go);
      co_await test_.go.wait();
      test_.story += stop.stopped() ? '!' : '.';
      if (name_ == 'x') throw std::runtime_error("a piece that fails");
    }

   private:
    AsideTest& test_;
    char name_;
    std::size_t bytes_;
  };

  void add(Aside& aside, char name, std::size_t bytes = 1) {
    aside.add(std::make_unique<Story>(*this, name, bytes));
  }
  void poll() {
    worker.io().restart();
    worker.io().poll();
  }
  void finish_one() {
    go.set();
    poll();
  }
};

TEST_F(AsideTest, BeginsNothingWithinTheCallThatGivesIt) {
  Aside aside(worker, metrics, AsideConfig{});
  add(aside, 'a');
  EXPECT_EQ(story, "");
  poll();
  EXPECT_EQ(story, "a");
  finish_one();
  EXPECT_EQ(story, "a.");
  EXPECT_EQ(aside.running(), 0u);
}

TEST_F(AsideTest, DoesAFewAtATimeAndTheOldestOfTheOthersNext) {
  Aside aside(worker, metrics, AsideConfig{.running_max = 1});
  for (const char name : {'a', 'b', 'c'}) add(aside, name);
  poll();
  EXPECT_EQ(story, "a");
  EXPECT_EQ(aside.waiting(), 2u);
  finish_one();
  EXPECT_EQ(story, "a.b");
  finish_one();
  finish_one();
  EXPECT_EQ(story, "a.b.c.");
}

TEST_F(AsideTest, DropsWhatThereIsNoRoomFor) {
  Aside aside(worker, metrics,
              AsideConfig{.running_max = 1, .waiting_max = 2, .waiting_bytes_max = 10});
  add(aside, 'a', 100);  // begins at once, so it does not wait
  add(aside, 'b', 6);
  add(aside, 'c', 5);
  add(aside, 'd', 4);
  add(aside, 'e', 0);
  EXPECT_EQ(aside.waiting(), 2u);
  poll();
  for (int i = 0; i < 4; ++i) finish_one();
  EXPECT_EQ(story, "a.b.d.");
}

TEST_F(AsideTest, GoesOnBehindAPieceThatThrows) {
  Aside aside(worker, metrics, AsideConfig{.running_max = 1});
  add(aside, 'x');
  add(aside, 'b');
  poll();
  finish_one();
  finish_one();
  EXPECT_EQ(story, "x.b.");
}

TEST_F(AsideTest, ShutDownStopsWhatRunsAndDropsTheRest) {
  Aside aside(worker, metrics, AsideConfig{.running_max = 1});
  add(aside, 'a');
  add(aside, 'b');
  poll();
  test::run_task(worker, aside.shut_down());
  EXPECT_EQ(story, "a!");
  EXPECT_EQ(aside.running(), 0u);
  add(aside, 'c');
  EXPECT_EQ(aside.waiting() + aside.running(), 0u);
}

TEST_F(AsideTest, ShutDownAlsoDropsWhatHasNotBegunYet) {
  Aside aside(worker, metrics, AsideConfig{});
  add(aside, 'a');
  test::run_task(worker, aside.shut_down());
  EXPECT_EQ(story, "");
}

TEST_F(AsideTest, StopsAPieceAtItsDeadlineAndThatOneAlone) {
  Aside aside(worker, metrics, AsideConfig{.running_max = 1, .deadline = Milliseconds(1)});
  add(aside, 'a');
  add(aside, 'b');
  worker.io().restart();
  worker.io().run();  // until nothing is left to do: both have met their deadlines
  EXPECT_EQ(story, "a!b!");
}

}  // namespace
}  // namespace rlm::exchange
