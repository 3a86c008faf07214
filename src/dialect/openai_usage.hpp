#pragma once
// Token counts of OpenAI's dialects as Anthropic's classes.
// Sources: npm openai 7.57.0 (2026-11-13); DeepSeek's API reference (2026-11).

#include "domain/usage.hpp"
#include "wire/json_cursor.hpp"

namespace rlm::dialect {

/// Reads `usage` of Chat Completions or of Responses: what was read from or written to a cache is
/// taken out of the input, where these dialects include it. Output that only the total tells (some
/// servers leave reasoning out) is added. False, and `usage` untouched, when the value is no
/// object.
bool read_openai_usage(wire::JsonValue value, Usage& usage);

}  // namespace rlm::dialect
