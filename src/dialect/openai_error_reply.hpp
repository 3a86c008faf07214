#pragma once
// Errors of Anthropic's form as clients of OpenAI's dialects know them.
// Sources: npm openai 7.57.0 (2026-11-13); Codex 0.162.1 for what a client acts upon; Anthropic's
// error page (platform.claude.com, 2026-08-22).

#include <string>
#include <string_view>

namespace rlm::dialect {

struct OpenAiFault {
  int status = 500;       // HTTP
  std::string_view type;  // a literal
  std::string_view code;  // a literal; empty: null
  std::string param;      // the field that is wrong; empty: null
  std::string message;
};

/// What a client of OpenAI's is told of an error with this HTTP `status` (0: one that came inside a
/// stream; its type tells) and `body`, which need not be an envelope. Overload (529) becomes 503; a
/// spent budget 429 with insufficient_quota, which no client tries again; a prompt beyond the
/// context 400 with context_length_exceeded, which makes agents compact. A message that begins with
/// a field's name, as ours do ("previous_response_id: …"), names it as `param`.
OpenAiFault openai_fault(int status, std::string_view body);

/// `{"error":{"message":…,"type":…,"param":…,"code":…}}`.
std::string openai_error_body(const OpenAiFault& fault);

/// The code within a failed response of the Responses API, whose set is closed and never null.
std::string_view response_error_code(const OpenAiFault& fault);

}  // namespace rlm::dialect
