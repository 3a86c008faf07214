#pragma once
// Do two answers make the same tool calls?

#include "domain/answer.hpp"

namespace rlm::draft {

/// True when both call the same tools with the same inputs, whatever the order of the calls, their
/// ids, the order of an input's members and the way its texts are escaped; and when neither calls
/// any. An input that is no JSON is the same as no other.
bool same_calls(const Answer& a, const Answer& b);

/// Whether the answer calls a tool at all.
bool calls_tools(const Answer& answer);

}  // namespace rlm::draft
