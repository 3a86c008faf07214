// What reading a request's facts costs, parsing included; and what the draft's body costs.
#include "wire/anthropic_request.hpp"

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "wire/bench_bodies.hpp"
#include "wire/seen_requests.hpp"

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

/// The bodies one behind the other, round and round.
void read_in_turn(benchmark::State& state, const std::vector<std::string>& texts) {
  std::vector<Buffer> bodies;
  for (const std::string& text : texts) bodies.emplace_back(text);
  JsonIndex index;
  SeenRequests seen;
  for (std::size_t turn = 0; auto _ : state) {
    auto facts = seen.read(bodies[turn++ % bodies.size()], "key", index, {});
    benchmark::DoNotOptimize(facts);
  }
  state.counters["repeated"] =
      static_cast<double>(seen.repeated()) / static_cast<double>(state.iterations());
}

void FactsOfRepeatedRequest(benchmark::State& state) {
  read_in_turn(state, {bench::agent_request()});
}
// A conversation of some 60 KB that grows by 30 turns; then another one begins.
void FactsOfGrowingRequests(benchmark::State& state) {
  std::vector<std::string> texts;
  for (int turns = 5; turns < 35; ++turns) texts.push_back(bench::agent_request(turns));
  read_in_turn(state, texts);
}
BENCHMARK(FactsOfRepeatedRequest);
BENCHMARK(FactsOfGrowingRequests);

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
