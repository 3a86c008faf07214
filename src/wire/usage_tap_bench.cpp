// What tapping the usage of a relayed stream of 60 events costs, in one piece and in reads of 4
// KiB.
#include "wire/usage_tap.hpp"

#include <benchmark/benchmark.h>

#include "wire/anthropic_stream.hpp"
#include "wire/bench_bodies.hpp"

namespace rlm::wire {
namespace {

std::string stream_of_60_events() {
  const Usage usage{.input = 900,
                    .cache_write_5m = 40,
                    .cache_write_1h = 0,
                    .cache_read = 15'000,
                    .output = 1,
                    .reported = true};
  std::string out;
  append_message_start(out, "msg_0123456789", "claude-opus-5-5", usage);
  append_block_start(out, 0, {});
  for (int i = 0; i < 55; ++i)
    append_text_delta(out, 0, bench::prose(30 + static_cast<std::size_t>(i % 20)));
  append_block_stop(out, 0);
  append_message_delta(out, "end_turn", {}, usage);
  append_message_stop(out);
  return out;
}

void TapStreamOf60Events(benchmark::State& state) {
  const std::string stream = stream_of_60_events();
  const auto chunk = static_cast<std::size_t>(state.range(0));
  JsonIndex index;
  for (auto _ : state) {
    UsageTap tap(UsageTap::Format::Sse);
    for (std::size_t at = 0; at < stream.size(); at += chunk)
      tap.feed(std::string_view(stream).substr(at, chunk), index);
    tap.end({}, index);
    benchmark::DoNotOptimize(tap.complete());
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * stream.size()));
}
BENCHMARK(TapStreamOf60Events)->Arg(1 << 20)->Arg(4096)->Arg(130);

}  // namespace
}  // namespace rlm::wire
