// What planning costs a request: reading it with its prefix hashes, its features, the forecasts of
// both caches, the decision, and afterwards what is learned of it.

#include <benchmark/benchmark.h>

#include "route/router.hpp"
#include "wire/anthropic_request.hpp"
#include "wire/bench_bodies.hpp"

namespace rlm::route {
namespace {

/// A cascade with a session that has just made this request's call, so that its caches are warm.
struct Stage {
  Router router{std::make_shared<money::RateBook>(
                    std::make_shared<const money::PriceTable>(money::PriceTable::built_in())),
                nullptr};
  std::string name = "cascade 1";
  ClassNames classes{"draft", name};
  RoutePolicy policy;
  wire::JsonIndex index;
  Request request;
  UnixMs now{1'793'000'000'000};

  explicit Stage(int turns) {
    policy.preset = RoutePolicy::Preset::MaxSavings;
    policy.quality = quality_of(policy.preset);
    policy.quality.can_validate = true;
    request.headers.add("x-claude-code-session-id", "0b1c2d3e-0000-4000-8000-123456789abc");
    request.body = Buffer(wire::bench::agent_request(turns));
    read();
    learn(plan());
  }
  CascadeView view() const {
    return {name, policy, {"draft", "sim-draft"}, {"verify", "sim-verify"}, classes, 900};
  }
  void read() {
    auto facts = wire::read_request_facts(request.body, index, {}, false);
    request.facts = std::move(*facts);
  }
  Routed plan() {
    const Features features = features_of(request);
    return router.route(request.facts, features, view(), std::nullopt, now);
  }
  void learn(const Routed& routed) {
    ExchangeRecord record;
    record.started = now;
    record.plan = Plan::DraftValidate;
    record.verdict = Verdict::Fallback;
    record.calls.resize(2);
    record.calls[0].role = CallRole::Draft;
    record.calls[0].usage = {.input = 2'000, .cache_read = 15'000, .output = 200};
    record.calls[1].role = CallRole::Direct;
    record.calls[1].usage = {.cache_write_5m = 1'000, .cache_read = 16'000, .output = 200};
    for (CallRecord& call : record.calls) {
      call.end = CallEnd::Complete;
      call.usage.reported = true;
    }
    router.learn(routed, request.facts, view(), {record});
  }
  void count(benchmark::State& state) const {
    state.counters["bytes"] = static_cast<double>(request.body.size());
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(request.body.size()));
  }
};

void read_and_plan(benchmark::State& state) {
  Stage stage(static_cast<int>(state.range(0)));
  for (auto _ : state) {
    stage.read();
    benchmark::DoNotOptimize(stage.plan());
  }
  stage.count(state);
}
// About 60, 100, 180 and 340 KB.
BENCHMARK(read_and_plan)->Arg(15)->Arg(45)->Arg(105)->Arg(225)->Unit(benchmark::kMicrosecond);

void plan_alone(benchmark::State& state) {
  Stage stage(static_cast<int>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(stage.plan());
  stage.count(state);
}
BENCHMARK(plan_alone)->Arg(15)->Arg(225)->Unit(benchmark::kMicrosecond);

void learn_alone(benchmark::State& state) {
  Stage stage(static_cast<int>(state.range(0)));
  const Routed routed = stage.plan();
  for (auto _ : state) stage.learn(routed);
}
BENCHMARK(learn_alone)->Arg(15)->Arg(225)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace rlm::route
