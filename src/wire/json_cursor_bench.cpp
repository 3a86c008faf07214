// What indexing a request costs, against simdjson's own DOM on the same bytes.
#include <benchmark/benchmark.h>
#include <simdjson.h>

#include "wire/bench_bodies.hpp"
#include "wire/json_cursor.hpp"

namespace rlm::wire {
namespace {

void index_body(benchmark::State& state, const std::string& text) {
  const Buffer body(text);
  JsonIndex index;
  for (auto _ : state) {
    auto root = index.parse(body.view());
    benchmark::DoNotOptimize(root);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}

void build_dom(benchmark::State& state, const std::string& text) {
  const simdjson::padded_string body(text);
  simdjson::dom::parser parser;
  for (auto _ : state) {
    auto root = parser.parse(body);
    benchmark::DoNotOptimize(root);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}

void IndexAgentRequest(benchmark::State& state) {
  index_body(state, bench::agent_request());
}
void IndexSmallRequest(benchmark::State& state) {
  index_body(state, bench::small_request());
}
void DomAgentRequest(benchmark::State& state) {
  build_dom(state, bench::agent_request());
}
void DomSmallRequest(benchmark::State& state) {
  build_dom(state, bench::small_request());
}
BENCHMARK(IndexAgentRequest);
BENCHMARK(IndexSmallRequest);
BENCHMARK(DomAgentRequest);
BENCHMARK(DomSmallRequest);

}  // namespace
}  // namespace rlm::wire
