// A relayed stream allocates nothing per event: what it needs, it has when the first has passed.

#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "respond/relay.hpp"
#include "respond/test_sink.hpp"
#include "tests/support/run_task.hpp"
#include "tests/support/scripted_model.hpp"

namespace {
thread_local std::int64_t allocations = 0;
}  // namespace

// Counts what the whole program asks for; sanitizers put their own in this place.
#if !defined(RLM_SANITIZED)
#define RLM_COUNTS_ALLOCATIONS 1
void* operator new(std::size_t bytes) {
  ++allocations;
  if (void* memory = std::malloc(bytes)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
#else
#define RLM_COUNTS_ALLOCATIONS 0
#endif

namespace rlm::respond {
namespace {

/// Allocations of relaying a stream with this many text events, each in a piece of its own.
std::int64_t allocations_for(std::size_t events) {
  std::string text = test::text_stream("hello");
  const std::size_t begin = text.find("event: content_block_delta");
  const std::size_t end = text.find("event: content_block_stop");
  test::ScriptedCall call;
  call.pieces.push_back(text.substr(0, begin));
  for (std::size_t i = 0; i < events; ++i) call.pieces.push_back(text.substr(begin, end - begin));
  call.pieces.push_back(text.substr(end));

  net::Worker worker;
  FakeClock clock;
  upstream::CallLog log{clock, clock.steady()};
  net::StopSource stop;
  wire::JsonIndex index;
  TestSink sink;
  sink.writes_left = 1'000'000;
  sink.body.reserve(8u << 20);
  ExchangeRecord record;
  test::ScriptedModel model({std::move(call)});
  const Headers none;
  upstream::CallRequest request;
  request.client_headers = &none;
  auto opened = test::run_task(
      worker, upstream::open_call(model, request, upstream::OpenOptions{}, log, stop));
  EXPECT_TRUE(opened);
  const Settle settle = [] {};
  const std::int64_t before = allocations;
  const Relayed done = test::run_task(worker, relay(*opened, sink, record, log, index, settle));
  EXPECT_TRUE(done.complete);
  return allocations - before;
}

TEST(RelayAllocations, DoNotGrowWithTheNumberOfEvents) {
  if (!RLM_COUNTS_ALLOCATIONS) GTEST_SKIP() << "sanitizers count otherwise";
  allocations_for(10);  // fills what is kept for the next time
  const std::int64_t few = allocations_for(100);
  const std::int64_t many = allocations_for(5'100);
  EXPECT_LE(many - few, 5) << few << " for 100 events, " << many << " for 5,100";
}

}  // namespace
}  // namespace rlm::respond
