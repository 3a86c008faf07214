// What a Chat Completions upstream costs: a request of an agent, a chunk of an answer, and the
// memory of an open stream.
#include <benchmark/benchmark.h>
#include <malloc.h>

#include <memory>
#include <vector>

#include "dialect/chat_answer.hpp"
#include "dialect/chat_request.hpp"
#include "wire/bench_bodies.hpp"

namespace rlm::dialect {
namespace {

void WriteChatBody(benchmark::State& state) {
  const Buffer body(wire::bench::agent_request());
  wire::JsonIndex index;
  for (auto _ : state)
    benchmark::DoNotOptimize(
        chat_body(body, index, {}, "deepseek-v4-pro", *quirks_named("deepseek")));
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * body.size()));
}
BENCHMARK(WriteChatBody)->Unit(benchmark::kMicrosecond);

std::string chunk(std::string_view delta) {
  return R"(data: {"id":"chatcmpl-CkWq1Ae3VbZ5fT0fKx","object":"chat.completion.chunk","created":1795870000,)"
         R"("model":"gpt-6-luna","service_tier":"default","system_fingerprint":null,"choices":[{"index":0,"delta":)" +
         std::string(delta) +
         R"(,"logprobs":null,"finish_reason":null}],"usage":null,"obfuscation":"x8Gq"})" + "\n\n";
}

void ReadChunks(benchmark::State& state, std::string_view first, std::string_view next) {
  wire::JsonIndex index;
  const auto translator = chat_answer(true, {"claude-opus-5"});
  std::string out;
  (void)translator->feed(chunk(first), index, out);
  const std::string bytes = chunk(next);
  for (auto _ : state) {
    out.clear();
    benchmark::DoNotOptimize(translator->feed(bytes, index, out));
  }
}
BENCHMARK_CAPTURE(ReadChunks, text, R"({"content":"a"})", R"({"content":" so we\n return"})");
BENCHMARK_CAPTURE(ReadChunks, reasoning, R"({"content":"a"})", R"({"reasoning_content":" so we"})");
BENCHMARK_CAPTURE(
    ReadChunks, arguments,
    R"({"tool_calls":[{"index":0,"id":"c","function":{"name":"f","arguments":"{\"a\":\""}}]})",
    R"({"tool_calls":[{"index":0,"function":{"arguments":" so we\\n return"}}]})");

void OpenStreams(benchmark::State& state) {
  constexpr std::size_t kStreams = 256;
  wire::JsonIndex index;
  std::string out;
  const std::string bytes =
      chunk(R"({"content":"a\n"})") + chunk(R"({"content":"b"})").substr(0, 200);
  (void)chat_answer(true, {"m"})->feed(bytes, index, out);
  std::vector<std::unique_ptr<AnswerTranslator>> streams(kStreams);
  for (auto _ : state) {
    for (auto& stream : streams) stream.reset();
    const std::size_t before = mallinfo2().uordblks;
    for (auto& stream : streams) {
      stream = chat_answer(true, {"claude-opus-5"});
      out.clear();
      (void)stream->feed(bytes, index, out);
    }
    state.counters["bytes"] =
        static_cast<double>(mallinfo2().uordblks - before) / static_cast<double>(kStreams);
  }
}
BENCHMARK(OpenStreams);

}  // namespace
}  // namespace rlm::dialect
