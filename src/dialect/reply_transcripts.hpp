#pragma once
// For tests and benchmarks of replies: answers of Anthropic's dialect, and their translation in any
// chunking.

#include <algorithm>
#include <string>
#include <string_view>

#include "dialect/answer_translator.hpp"

namespace rlm::dialect {

inline std::string sse(std::string_view data) {
  return "data: " + std::string(data) + "\n\n";
}

inline const std::string kStreamStart = sse(
    R"({"type":"message_start","message":{"id":"msg_B2","model":"claude","usage":{"input_tokens":41,"cache_read_input_tokens":812,"cache_creation_input_tokens":7,"output_tokens":2}}})");

inline std::string stream_end(std::string_view stop_reason) {
  return sse(R"({"type":"message_delta","delta":{"stop_reason":")" + std::string(stop_reason) +
             R"("},"usage":{"output_tokens":57,"output_tokens_details":{"thinking_tokens":9}}})") +
         sse(R"({"type":"message_stop"})");
}

/// Thinking, a text and two calls, with all that may stand between events.
inline std::string tool_stream() {
  return "event: message_start\n" + kStreamStart + ": x-rlm-verdict=ACCEPTED\n\n" +
         sse(R"({"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}})") +
         sse(R"({"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Hm\n"}})") +
         sse(R"({"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"EqQ="}})") +
         sse(R"({"type":"content_block_stop","index":0})") +
         "event: ping\r\ndata: {\"type\":\"ping\"}\r\n\r\n:again\r\n\r\n" +
         sse(R"({"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}})") +
         sse(R"({"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"Let \"me\" "}})") +
         sse(R"({"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"look. \u00e9"}})") +
         sse(R"({"type":"content_block_stop","index":1})") +
         sse(R"({"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"toolu_B3","name":"run","input":{}}})") +
         sse(R"({"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":""}})") +
         sse(R"({"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\"cmd\":"}})") +
         sse(R"({"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"\"ls\"}"}})") +
         sse(R"({"type":"content_block_stop","index":2})") +
         sse(R"({"type":"content_block_start","index":3,"content_block":{"type":"server_tool_use","id":"s","name":"web_search","input":{}}})") +
         sse(R"({"type":"content_block_stop","index":3})") +
         sse(R"({"type":"content_block_start","index":4,"content_block":{"type":"tool_use","id":"toolu_B4","name":"patch","input":{}}})") +
         sse(R"({"type":"content_block_delta","index":4,"delta":{"type":"input_json_delta","partial_json":"{\"input\":\"a\\nb\"}"}})") +
         sse(R"({"type":"content_block_stop","index":4})") + stream_end("tool_use");
}

/// The same as a whole message.
inline std::string tool_message() {
  return R"({"id":"msg_B2","type":"message","role":"assistant","model":"claude","content":[)"
         R"({"type":"thinking","thinking":"Hm\n","signature":"EqQ="},)"
         R"({"type":"text","text":"Let \"me\" look. \u00e9","citations":null},)"
         R"({"type":"tool_use","id":"toolu_B3","name":"run","input":{"cmd":"ls"}},)"
         R"({"type":"server_tool_use","id":"s","name":"web_search","input":{}},)"
         R"({"type":"tool_use","id":"toolu_B4","name":"patch","input":{"input":"a\nb"}}],)"
         R"("stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":41,"cache_read_input_tokens":812,)"
         R"("cache_creation_input_tokens":7,"output_tokens":57,"output_tokens_details":{"thinking_tokens":9}}})";
}

inline std::string text_stream(std::string_view stop_reason) {
  return kStreamStart +
         sse(R"({"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}})") +
         sse(R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi"}})") +
         sse(R"({"type":"content_block_stop","index":0})") + stream_end(stop_reason);
}

/// What the provider's web search gives: a text that rests on a page and on a document. Without
/// `cited` the same text alone.
inline std::string searched_stream(bool cited) {
  const auto delta = [](std::string_view what) {
    return sse(R"({"type":"content_block_delta","index":0,"delta":{"type":)" + std::string(what) +
               "}}");
  };
  std::string stream =
      kStreamStart +
      sse(R"({"type":"content_block_start","index":0,"content_block":{"type":"text","text":"")" +
          std::string(cited ? R"(,"citations":[])" : "") + "}}");
  if (cited)
    stream += delta(
        R"("citations_delta","citation":{"type":"web_search_result_location","url":"https://a.example/","title":"A","cited_text":"warm","encrypted_index":"Ei=="})");
  stream += delta(R"("text_delta","text":"It is ")");
  if (cited)
    stream += delta(
        R"("citations_delta","citation":{"type":"char_location","document_index":0,"document_title":"D","start_char_index":0,"end_char_index":4,"cited_text":"text"})");
  return stream + delta(R"("text_delta","text":"warm.")") +
         sse(R"({"type":"content_block_stop","index":0})") + stream_end("end_turn");
}

/// The same as a whole message.
inline std::string searched_message(bool cited) {
  return R"({"id":"msg_B2","type":"message","content":[{"type":"text","text":"It is warm.")" +
         std::string(
             cited
                 ? R"(,"citations":[{"type":"web_search_result_location","url":"https://a.example/","title":"A","cited_text":"text","encrypted_index":"Ei=="}])"
                 : "") +
         R"(}],"stop_reason":"end_turn","usage":{"input_tokens":41,"output_tokens":57}})";
}

inline const std::string kOverloadedEvent = sse(
    R"({"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":"r"})");

struct Reply {
  std::string text;
  std::string error;  // empty: none
  friend bool operator==(const Reply&, const Reply&) = default;
};

/// Feeds two pieces, the first of `split` bytes, each of them gone afterwards.
inline Reply reply_of(AnswerTranslator& translator, std::string_view bytes, std::size_t split) {
  wire::JsonIndex index;
  Reply reply;
  Result<void> done;
  for (const std::string_view part :
       {bytes.substr(0, split), bytes.substr(std::min(split, bytes.size()))}) {
    const std::string piece(part);
    if (done) done = translator.feed(piece, index, reply.text);
  }
  if (done) done = translator.finish(index, reply.text);
  if (!done) reply.error = done.error().message;
  return reply;
}

}  // namespace rlm::dialect
