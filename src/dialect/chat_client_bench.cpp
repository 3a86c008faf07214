// What a Chat Completions client costs: its request read, and one event of its answer written.
#include <benchmark/benchmark.h>

#include "dialect/chat_ask.hpp"
#include "dialect/chat_reply.hpp"
#include "dialect/reply_transcripts.hpp"
#include "wire/bench_bodies.hpp"

namespace rlm::dialect {
namespace {

using wire::json_string;
using wire::bench::prose;

// About 60 KB: 20 tools and 30 messages with calls and results.
std::string agent_request() {
  std::string out =
      R"({"model":"claude-opus-5-5","stream":true,"messages":[{"role":"system","content":)" +
      json_string(prose(6500)) + R"(},{"role":"user","content":)" + json_string(prose(4000)) + "}";
  for (int turn = 0; turn < 15; ++turn) {
    const std::string id = "call_" + std::to_string(1000 + turn);
    out += R"(,{"role":"assistant","content":)" + json_string(prose(200)) +
           R"(,"tool_calls":[{"id":")" + id +
           R"(","type":"function","function":{"name":"Tool3","arguments":)" +
           json_string(R"({"param_0":"src/a.cpp","param_1":)" + json_string(prose(80)) + "}") +
           R"(}}]},{"role":"tool","tool_call_id":")" + id + R"(","content":)" +
           json_string(prose(600)) + "}";
  }
  out += R"(],"tools":[)";
  for (int i = 0; i < 20; ++i) {
    std::string tool = wire::bench::tool(i);
    tool.replace(tool.find("input_schema"), 12, "parameters");
    out += (i > 0 ? "," : "") + (R"({"type":"function","function":)" + tool) + "}";
  }
  return out + "]}";
}

void ReadChatAsk(benchmark::State& state) {
  const Buffer body(agent_request());
  wire::JsonIndex index;
  for (auto _ : state) benchmark::DoNotOptimize(read_chat_ask(body, index, {}, {}));
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * body.size()));
}
BENCHMARK(ReadChatAsk);

void WriteChatDelta(benchmark::State& state) {
  Ask ask;
  ask.model = "claude-opus-5-5";
  const auto translator = chat_reply(ask, 1, true);
  wire::JsonIndex index;
  std::string out;
  const std::string open =
      kStreamStart +
      sse(R"({"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}})");
  const std::string delta =
      "event: content_block_delta\n" +
      sse(R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" twenty bytes of text"}})");
  if (!translator->feed(open, index, out)) state.SkipWithError("no stream");
  for (auto _ : state) {
    out.clear();
    benchmark::DoNotOptimize(translator->feed(delta, index, out));
  }
}
BENCHMARK(WriteChatDelta);

}  // namespace
}  // namespace rlm::dialect
