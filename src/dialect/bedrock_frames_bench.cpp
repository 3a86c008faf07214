// What one frame of a Bedrock stream costs: both CRCs, base64 and the event's type.
#include "dialect/bedrock_frames.hpp"

#include <benchmark/benchmark.h>

#include "base/base64.hpp"

namespace rlm::dialect {
namespace {

std::string frame_of(std::size_t text_bytes) {
  const std::string event =
      R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":")" +
      std::string(text_bytes, 'x') + "\"}}";
  std::string payload = R"({"bytes":")";
  append_base64(payload, event);
  payload += R"(","p":"abcdefghijklmnopqrstuvwxyzABCDEFG"})";
  std::string frame;
  append_event_frame(
      frame,
      {{":event-type", "chunk"}, {":content-type", "application/json"}, {":message-type", "event"}},
      payload);
  return frame;
}

void DecodeFrame(benchmark::State& state) {
  const std::string frame = frame_of(static_cast<std::size_t>(state.range(0)));
  BedrockStreamDecoder decoder;
  wire::JsonIndex index;
  std::string out;
  for (auto _ : state) {
    out.clear();
    benchmark::DoNotOptimize(decoder.feed(frame, index, out));
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * frame.size()));
}
BENCHMARK(DecodeFrame)->Arg(20)->Arg(200)->Arg(2000);

}  // namespace
}  // namespace rlm::dialect
