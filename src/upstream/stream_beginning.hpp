#pragma once
// Whether a stream begins with an answer or with an error event: then it is no answer yet, and the
// call may be tried again.

#include <string_view>

namespace rlm::upstream {

enum class Beginning { Unclear, Answer, Failure };

/// What the first bytes of an event stream are. Unclear: more are needed. Failure: a whole error
/// event (or what there is of it at `end`) stands in front. Comments and pings count as an answer:
/// they are for the client, and cannot be taken back. Pure.
Beginning beginning_of(std::string_view bytes, bool end);

}  // namespace rlm::upstream
