// What a Responses client costs: its request read, one event of its answer written, and the memory
// of an open answer.
#include <benchmark/benchmark.h>
#include <malloc.h>

#include <memory>
#include <vector>

#include "dialect/chat_reply.hpp"
#include "dialect/reply_transcripts.hpp"
#include "dialect/responses_ask.hpp"
#include "dialect/responses_reply.hpp"
#include "wire/bench_bodies.hpp"

namespace rlm::dialect {
namespace {

using wire::json_string;
using wire::bench::prose;

// About 60 KB: 20 tools and 15 calls with their outputs.
std::string agent_request() {
  std::string out = R"({"model":"claude-opus-5-5","stream":true,"store":false,"instructions":)" +
                    json_string(prose(6500)) + R"(,"input":[{"role":"user","content":)" +
                    json_string(prose(4000)) + "}";
  for (int turn = 0; turn < 15; ++turn) {
    const std::string id = "call_" + std::to_string(1000 + turn);
    out += R"(,{"type":"message","role":"assistant","content":[{"type":"output_text","text":)" +
           json_string(prose(200)) + R"(}]},{"type":"function_call","call_id":")" + id +
           R"(","name":"Tool3","arguments":)" +
           json_string(R"({"param_0":"src/a.cpp","param_1":)" + json_string(prose(80)) + "}") +
           R"(},{"type":"function_call_output","call_id":")" + id + R"(","output":)" +
           json_string(prose(600)) + "}";
  }
  out += R"(],"tools":[)";
  for (int i = 0; i < 20; ++i) {
    std::string tool = wire::bench::tool(i);
    tool.replace(tool.find("input_schema"), 12, "parameters");
    tool.replace(0, 1, R"({"type":"function",)");
    out += (i > 0 ? "," : "") + tool;
  }
  return out + "]}";
}

void ReadResponsesAsk(benchmark::State& state) {
  const Buffer body(agent_request());
  wire::JsonIndex index;
  for (auto _ : state) benchmark::DoNotOptimize(read_responses_ask(body, index, {}, {}));
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * body.size()));
}
BENCHMARK(ReadResponsesAsk);

const std::string kOpenText =
    kStreamStart +
    sse(R"({"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}})");
const std::string kDelta =
    "event: content_block_delta\n" +
    sse(R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" twenty bytes of text"}})");

void WriteResponsesDelta(benchmark::State& state) {
  Ask ask;
  ask.model = "claude-opus-5-5";
  wire::JsonIndex index;
  std::string out;
  auto translator = responses_reply(ask, 1, true);
  (void)translator->feed(kOpenText, index, out);
  std::size_t fed = 0;
  for (auto _ : state) {
    out.clear();
    if (++fed % 5000 == 0) {  // it holds its text
      translator = responses_reply(ask, 1, true);
      (void)translator->feed(kOpenText, index, out);
    }
    benchmark::DoNotOptimize(translator->feed(kDelta, index, out));
  }
}
BENCHMARK(WriteResponsesDelta);

template <auto reply>
void OpenReplies(benchmark::State& state) {
  constexpr std::size_t kCount = 256;
  Ask ask;
  ask.model = "claude-opus-5-5";
  wire::JsonIndex index;
  std::string out;
  const std::string bytes = kOpenText + kDelta + kDelta.substr(0, 100);
  std::vector<std::unique_ptr<AnswerTranslator>> open(kCount);
  for (auto _ : state) {
    open = std::vector<std::unique_ptr<AnswerTranslator>>(kCount);
    const std::size_t before = mallinfo2().uordblks;
    for (auto& one : open) {
      one = reply(ask, 1, true);
      out.clear();
      (void)one->feed(bytes, index, out);
    }
    state.counters["bytes_each"] =
        static_cast<double>(mallinfo2().uordblks - before) / static_cast<double>(kCount);
  }
}
BENCHMARK(OpenReplies<chat_reply>);
BENCHMARK(OpenReplies<responses_reply>);

}  // namespace
}  // namespace rlm::dialect
