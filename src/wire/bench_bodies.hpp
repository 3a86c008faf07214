#pragma once
// Requests of the shape and size that coding agents send, for the micro-benchmarks.

#include <string>

#include "wire/json_text.hpp"

namespace rlm::wire::bench {

inline std::string prose(std::size_t bytes) {
  constexpr const char* kWords[] = {
      "the file ", "shows that ", "`parse()` ", "returns early, ", "so we\n", "should \"check\" ",
      "line 42 ",  "before ",     "the build ", "fails; ",         "then "};
  std::string text;
  for (std::size_t i = 0; text.size() < bytes; ++i)
    text += kWords[(i * 7 + i / 5) % std::size(kWords)];
  text.resize(bytes);
  return text;
}

inline std::string tool(int number) {
  std::string out = R"({"name":"Tool)" + std::to_string(number) + R"(","description":)" +
                    json_string(prose(900)) + R"(,"input_schema":{"type":"object","properties":{)";
  for (int i = 0; i < 6; ++i) {
    if (i > 0) out += ',';
    out += R"("param_)" + std::to_string(i) + R"(":{"type":"string","description":)" +
           json_string(prose(70)) + "}";
  }
  return out + R"(},"required":["param_0","param_1"],"additionalProperties":false}})";
}

/// About 60 KB: 20 tools, three system blocks, 30 messages with tool calls, results and three cache
/// marks; longer with more turns of 1.3 KB.
inline std::string agent_request(int turns = 15) {
  std::string out = R"({"model":"claude-opus-5-5","messages":[)";
  for (int turn = 0; turn < turns; ++turn) {
    const std::string id = "toolu_01A" + std::to_string(1000 + turn);
    if (turn > 0) out += ',';
    if (turn == 0) {
      out += R"({"role":"user","content":[{"type":"text","text":)" +
             json_string("<system-reminder>" + prose(4000) + "</system-reminder>") +
             R"(},{"type":"text","text":"please fix the failing test"}]})";
    } else {
      out += R"({"role":"user","content":[{"tool_use_id":"toolu_01A)" + std::to_string(999 + turn) +
             R"(","type":"tool_result","content":)" + json_string(prose(600)) + "}]}";
    }
    out += R"(,{"role":"assistant","content":[{"type":"text","text":)" + json_string(prose(200)) +
           R"(},{"type":"tool_use","id":")" + id +
           R"(","name":"Tool3","input":{"param_0":"src/a.cpp","param_1":)" +
           json_string(prose(80)) + "}}]}";
  }
  out += R"(,{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_01A)" +
         std::to_string(999 + turns) +
         R"(","content":"ok","cache_control":{"type":"ephemeral"}}]}])";
  out +=
      R"(,"system":[{"type":"text","text":"x-anthropic-billing-header: cc_version=2.1.330.abc; cc_entrypoint=cli;"},)"
      R"({"type":"text","text":"You are a coding agent.","cache_control":{"type":"ephemeral"}},{"type":"text","text":)" +
      json_string(prose(6500)) + R"(,"cache_control":{"type":"ephemeral"}}],"tools":[)";
  for (int i = 0; i < 20; ++i) out += (i > 0 ? "," : "") + tool(i);
  out +=
      R"(],"metadata":{"user_id":"{\"device_id\":\"d\",\"session_id\":\"s\"}"},"max_tokens":64000,"thinking":{"type":"adaptive"},)"
      R"("output_config":{"effort":"medium"},"stream":true})";
  return out;
}

/// About 1 KB: one question without tools.
inline std::string small_request() {
  return R"({"model":"claude-opus-5-5","max_tokens":1024,"stream":true,"system":"Answer briefly.","messages":[{"role":"user","content":)" +
         json_string(prose(800)) + "}]}";
}

}  // namespace rlm::wire::bench
