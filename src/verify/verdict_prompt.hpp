#pragma once
// The instructions of the verdict calls; versioned texts, replaceable in configuration.

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "domain/answer.hpp"

namespace rlm::verify {

/// The text of VerdictPrompt's default version.
std::string_view default_verdict_text();

/// A prompt template with exactly one place `{draft}`. When the lines directly before and after
/// that place are equal and made of one repeated punctuation character (three or more), they are
/// its fence.
struct VerdictPrompt {
  std::string version = "2026-11-2";
  std::string text{default_verdict_text()};
};

/// Of the same verdict where a repair cannot earn what the words on it cost: USE_DRAFT or the whole
/// answer. Says the least that a verdict needs.
VerdictPrompt default_brief_prompt();

/// Of the verdict on a turn, behind the conversation in which the draft model drove it: {draft} is
/// its last answer. Anything but a verdict goes on with the work.
VerdictPrompt default_turn_prompt();
/// Of the same verdict for a model that sees nothing else: {draft} is the digest of the turn.
VerdictPrompt default_digest_prompt();

/// Of the verdict on tool calls: {draft} is told_calls(). USE_DRAFT, or the verify model's own
/// step.
VerdictPrompt default_calls_prompt();
/// An answer with tool calls as a verdict reads it: its text, then each call on a line of its own,
/// the tool's name and its input as JSON.
std::string told_calls(const Answer& answer);

/// Whether one next step serves the user as well as another: {draft} is both, "A:" and "B:".
VerdictPrompt compared_calls_prompt();

/// The user message that is appended to the client's messages. A draft that contains the template's
/// own fence is still unambiguous: the fence is lengthened until it does not occur in the draft.
/// Nothing inside the draft is expanded. `prompt` must be validated.
std::string verdict_message(const VerdictPrompt& prompt, std::string_view draft_text);

/// BadRequest (Source::Self) when the template lacks `{draft}` or has it twice.
Result<VerdictPrompt> validated(VerdictPrompt prompt);

}  // namespace rlm::verify
