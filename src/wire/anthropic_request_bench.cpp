// What reading a request's facts costs, parsing included; and what the draft's body costs.
#include "wire/anthropic_request.hpp"

#include <benchmark/benchmark.h>

#include "wire/bench_bodies.hpp"

namespace rlm::wire {
namespace {

void read_facts(benchmark::State& state, const std::string& text) {
  const Buffer body(text);
  JsonIndex index;
  for (auto _ : state) {
    auto facts = read_request_facts(body, index, {}, false);
    benchmark::DoNotOptimize(facts);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}

void FactsOfAgentRequest(benchmark::State& state) {
  read_facts(state, bench::agent_request());
}
void FactsOfSmallRequest(benchmark::State& state) {
  read_facts(state, bench::small_request());
}
BENCHMARK(FactsOfAgentRequest);
BENCHMARK(FactsOfSmallRequest);

void DraftBodyOfAgentRequest(benchmark::State& state) {
  const Buffer body(bench::agent_request());
  JsonIndex index;
  for (auto _ : state) {
    auto draft = draft_body(body, index, {}, "draft");
    benchmark::DoNotOptimize(draft);
  }
}
BENCHMARK(DraftBodyOfAgentRequest);

}  // namespace
}  // namespace rlm::wire
