// What a Responses upstream costs: a request of an agent, an event of an answer, and the memory of
// an open stream behind the event that echoes its request.
#include <benchmark/benchmark.h>
#include <malloc.h>

#include <memory>
#include <vector>

#include "dialect/responses_answer.hpp"
#include "dialect/responses_request.hpp"
#include "wire/bench_bodies.hpp"

namespace rlm::dialect {
namespace {

void WriteResponsesBody(benchmark::State& state) {
  const Buffer body(wire::bench::agent_request());
  wire::JsonIndex index;
  for (auto _ : state)
    benchmark::DoNotOptimize(
        responses_body(body, index, {}, "gpt-6-luna", *quirks_named("openai")));
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * body.size()));
}
BENCHMARK(WriteResponsesBody)->Unit(benchmark::kMicrosecond);

std::string event(std::string_view type, std::string_view members) {
  const std::string name = "response." + std::string(type);
  return "event: " + name + "\ndata: {\"type\":\"" + name + "\",\"sequence_number\":17," +
         std::string(members) + "}\n\n";
}

const std::string kText = event(
    "output_text.delta",
    R"("item_id":"msg_0123456789abcdef0123456789abcdef01234567","output_index":0,"content_index":0,)"
    R"("delta":" so we\n return","logprobs":[],"obfuscation":"x8Gq")");

void ReadEvents(benchmark::State& state, const std::string& first, const std::string& next) {
  wire::JsonIndex index;
  const auto translator = responses_answer(true, {"claude-opus-5"});
  std::string out;
  (void)translator->feed(first, index, out);
  for (auto _ : state) {
    out.clear();
    benchmark::DoNotOptimize(translator->feed(next, index, out));
  }
}
BENCHMARK_CAPTURE(ReadEvents, text, kText, kText);
BENCHMARK_CAPTURE(
    ReadEvents, arguments,
    event(
        "output_item.added",
        R"("output_index":0,"item":{"type":"function_call","id":"fc_1","call_id":"c","name":"f"})") +
        event("function_call_arguments.delta", R"("output_index":0,"delta":"{\"a\":\"")"),
    event("function_call_arguments.delta",
          R"("item_id":"fc_1","output_index":0,"delta":" so we\\n return","obfuscation":"x8Gq")"));

void OpenResponses(benchmark::State& state) {
  constexpr std::size_t kStreams = 256;
  wire::JsonIndex index;
  std::string out;
  const std::string bytes =
      event("created", R"("response":{"status":"in_progress","instructions":)" +
                           wire::json_string(wire::bench::prose(60'000)) + "}") +
      kText + kText.substr(0, 200);
  (void)responses_answer(true, {"m"})->feed(bytes, index, out);
  std::vector<std::unique_ptr<AnswerTranslator>> streams(kStreams);
  for (auto _ : state) {
    for (auto& stream : streams) stream.reset();
    const std::size_t before = mallinfo2().uordblks;
    for (auto& stream : streams) {
      stream = responses_answer(true, {"claude-opus-5"});
      out.clear();
      (void)stream->feed(bytes, index, out);
    }
    state.counters["bytes"] =
        static_cast<double>(mallinfo2().uordblks - before) / static_cast<double>(kStreams);
  }
}
BENCHMARK(OpenResponses);

}  // namespace
}  // namespace rlm::dialect
