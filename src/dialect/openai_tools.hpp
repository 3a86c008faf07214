#pragma once
// Tools and the choice among them, as OpenAI's dialects have them.

#include "dialect/body_writer.hpp"
#include "dialect/request_members.hpp"

namespace rlm::dialect {

enum class ToolForm : std::uint8_t {
  Nested,  // Chat Completions: {"type":"function","function":{…}}
  Flat,    // Responses: {"type":"function",…}, strict unless it says otherwise
};

/// Appends `tools`, `tool_choice` and `parallel_tool_calls`; nothing for a request without tools,
/// where upstreams refuse the others. A flat schema that says nothing of further properties is
/// closed.
void append_tools(BodyWriter& write, const RequestMembers& request, const OpenAiQuirks& quirks,
                  ToolForm form);

}  // namespace rlm::dialect
