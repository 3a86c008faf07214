#include "exchange/twins.hpp"

#include <gtest/gtest.h>

#include <optional>

#include "tests/support/run_task.hpp"

namespace rlm::exchange {
namespace {

using Known = std::shared_ptr<const draft::Remembered>;

struct TwinsTest : testing::Test {
  net::Worker worker;
  Twins twins{worker};
  net::StopSource stop;
  const draft::MemoKey key{1};
  const draft::MemoKey other{2};

  static net::Task<void> wait_into(Twins& twins, draft::MemoKey key, net::StopSource& stop,
                                   std::optional<Known>& result) {
    result = co_await twins.wait(key, stop);
  }
  Known known() {
    draft::Remembered made;
    made.refused = "empty";
    return std::make_shared<const draft::Remembered>(std::move(made));
  }
};

TEST_F(TwinsTest, NobodyWaitsWhereNothingFlies) {
  Twins::Lead lead(twins, key);
  EXPECT_EQ(test::run_task(worker, twins.wait(other, stop)), nullptr);
  EXPECT_FALSE(twins.is_flying(other));
}

TEST_F(TwinsTest, AllThatWaitGetWhatTheLeaderLearns) {
  const Known learnt = known();
  std::optional<Known> first;
  std::optional<Known> second;
  net::TaskScope scope(worker);
  {
    Twins::Lead lead(twins, key);
    scope.spawn(wait_into(twins, key, stop, first));
    scope.spawn(wait_into(twins, key, stop, second));
    worker.io().poll();
    EXPECT_FALSE(first);
    lead.learn(learnt);
  }
  EXPECT_FALSE(twins.is_flying(key));
  test::run_task(worker, scope.join());
  EXPECT_EQ(first, learnt);
  EXPECT_EQ(second, learnt);
}

TEST_F(TwinsTest, AreWokenEmptyHandedWhenTheLeaderLearnsNothing) {
  std::optional<Known> result;
  net::TaskScope scope(worker);
  {
    Twins::Lead lead(twins, key);
    scope.spawn(wait_into(twins, key, stop, result));
    worker.io().poll();
  }
  test::run_task(worker, scope.join());
  EXPECT_EQ(result, Known());
}

TEST_F(TwinsTest, AClientThatLeavesWaitsNoLonger) {
  std::optional<Known> result;
  net::TaskScope scope(worker);
  Twins::Lead lead(twins, key);
  lead.learn(known());
  scope.spawn(wait_into(twins, key, stop, result));
  worker.io().poll();
  stop.request_stop();
  test::run_task(worker, scope.join());
  EXPECT_EQ(result, Known());
}

}  // namespace
}  // namespace rlm::exchange
