#pragma once
// The instruction of the verdict call; a versioned text, replaceable in configuration.

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace rlm::verify {

/// A prompt template with exactly one place `{draft}`.
struct VerdictPrompt {
  std::string version = "2026-11-1";
  std::string text;  // default: default_verdict_text()
};

std::string_view default_verdict_text();

/// The user message that is appended to the client's messages. A draft that contains the template's own fence is still unambiguous: the fence
/// is lengthened until it does not occur in the draft.
std::string verdict_message(const VerdictPrompt& prompt, std::string_view draft_text);

/// BadRequest (Source::Self) when the template lacks `{draft}` or has it twice.
Result<VerdictPrompt> validated(VerdictPrompt prompt);

}  // namespace rlm::verify
