#include "route/choose_plan.hpp"

#include <benchmark/benchmark.h>

namespace rlm::route {
namespace {

// A user text of the size at which the paper's length rule begins, without any keyword.
std::string user_text(std::size_t bytes) {
  std::string text;
  while (text.size() < bytes)
    text += "Please rename the field in the second file and tell me where else it is used. ";
  text.resize(bytes);
  return text;
}

void read_features_and_choose(benchmark::State& state) {
  Request request;
  request.headers.add("x-claude-code-session-id", "0b1c2d3e-0000-4000-8000-123456789abc");
  request.facts.last_speaker = request.facts.last_role = Role::User;
  request.facts.max_tokens = 32000;
  request.facts.last_user_text = user_text(static_cast<std::size_t>(state.range(0)));
  const RoutePolicy policy;
  for (auto _ : state) {
    const Features features = features_of(request);
    benchmark::DoNotOptimize(choose_plan(request.facts, features, policy, std::nullopt));
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(read_features_and_choose)->Arg(200)->Arg(1500)->Arg(64 << 10);

void find_session_in_user_id(benchmark::State& state) {
  Request request;
  request.facts.metadata_user_id = R"({"device_id":"0123456789abcdef0123456789abcdef",)"
                                   R"("account_uuid":"","session_id":"0b1c2d3e"})";
  for (auto _ : state) benchmark::DoNotOptimize(features_of(request));
}
BENCHMARK(find_session_in_user_id);

}  // namespace
}  // namespace rlm::route
