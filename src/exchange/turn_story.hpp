#pragma once
// What a verify model is told of a turn that the draft model drove.

#include <string_view>

#include "domain/answer.hpp"
#include "draft/session_facts.hpp"
#include "route/turn_driver.hpp"
#include "verify/digest.hpp"

namespace rlm::exchange {

/// The turn that is going on, with `answer` as its end, and the last words before it. Linear in the
/// turn.
verify::TurnStory story_of(const draft::SessionFacts& session, std::string_view answer);

/// What an answer's tool calls mean to the turn: which they are, and whether the turn has not made
/// all of them before. `cost` is the caller's to set.
route::TurnStep step_of(const Answer& answer, const draft::SessionFacts& session);

}  // namespace rlm::exchange
