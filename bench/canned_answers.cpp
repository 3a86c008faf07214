#include "bench/canned_answers.hpp"

#include <cstdio>

namespace rlm::bench {
namespace {

constexpr int kDeltas = 54;

std::string message(const std::string& content, const char* stop_reason) {
  return R"({"id":"msg_01XFDUDYJgAACzvnptvVoYEL","type":"message","role":"assistant",)"
         R"("model":"claude-opus-4-8","content":)" +
         content + R"(,"stop_reason":)" + stop_reason +
         R"(,"stop_sequence":null,"usage":{"input_tokens":2095,"output_tokens":203,)"
         R"("cache_creation_input_tokens":0,"cache_read_input_tokens":0}})";
}

std::string http_chunk(const std::string& event) {
  char size[16];
  std::snprintf(size, sizeof size, "%zx\r\n", event.size());
  return size + event + "\r\n";
}

std::string chunk(const std::string& name, const std::string& data) {
  return http_chunk("event: " + name + "\ndata: " + data + "\n\n");
}

std::string chat_chunk(const std::string& delta) {
  return http_chunk(
      R"(data: {"id":"chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT","object":"chat.completion.chunk",)"
      R"("created":1741569952,"model":"gpt-5.1","choices":[{"index":0,"delta":)" +
      delta +
      R"(,"logprobs":null,"finish_reason":null}],"usage":null})"
      "\n\n");
}

std::vector<std::string> make_events() {
  std::vector<std::string> events;
  events.push_back(chunk("message_start",
                         R"({"type":"message_start","message":)" + message("[]", "null") + "}"));
  events.push_back(chunk(
      "content_block_start",
      R"({"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}})"));
  events.push_back(chunk("ping", R"({"type":"ping"})"));
  for (int i = 0; i < kDeltas; ++i)
    events.push_back(chunk(
        "content_block_delta",
        R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"line )" +
            std::to_string(100 + i) + R"( is read."}})"));
  events.push_back(chunk("content_block_stop", R"({"type":"content_block_stop","index":0})"));
  events.push_back(chunk("message_delta",
                         R"({"type":"message_delta","delta":{"stop_reason":"end_turn",)"
                         R"("stop_sequence":null},"usage":{"output_tokens":203}})"));
  events.push_back(chunk("message_stop", R"({"type":"message_stop"})") + "0\r\n\r\n");
  return events;
}

std::string response_head(const std::string& more) {
  return "HTTP/1.1 200 OK\r\nrequest-id: req_011CSHoEeqs5C35K2UUqR7Fy\r\n" + more + "\r\n\r\n";
}

}  // namespace

CannedAnswers::CannedAnswers() : events(make_events()) {
  std::string text;
  while (text.size() < 860) text += "The test fails since \\\"parse\\\" returns too early.\\n";
  const std::string body =
      message(R"([{"type":"text","text":")" + text + R"("}])", R"("end_turn")");
  json = response_head("Content-Type: application/json\r\nContent-Length: " +
                       std::to_string(body.size())) +
         body;
  stream_head = response_head(
      "Content-Type: text/event-stream; charset=utf-8\r\nCache-Control: no-cache\r\n"
      "Transfer-Encoding: chunked");
  burst = stream_head;
  for (const auto& event : events) burst += event;
  delta = events[10];
  chat_delta = chat_chunk(R"({"content":"line 107 is read."})");
  chat_beginning =
      stream_head + chat_chunk(R"({"role":"assistant","content":"","refusal":null})") + chat_delta;
}

}  // namespace rlm::bench
