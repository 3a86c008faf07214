#pragma once
// A client's own Chat Completions body for an upstream that takes a little less of that dialect.

#include "dialect/quirks.hpp"
#include "wire/json_cursor.hpp"
#include "wire/splice.hpp"

namespace rlm::dialect {

/// Splices into `body`, whose document is `root`, what `quirks` want otherwise: the role developer
/// is called system, a system message behind the first message becomes the user's, a word for
/// reasoning_effort becomes one that the upstream knows, and a schema that the upstream does not
/// take is told in words at the end of the first system message (one is put in front when there is
/// none). All other bytes stay, and a conversation that grows keeps its prefix.
void fit_spoken_chat(wire::JsonValue root, const OpenAiQuirks& quirks, wire::SplicedBody& body);

}  // namespace rlm::dialect
