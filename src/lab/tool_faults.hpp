#pragma once
// Breaks recorded, correct tool calls on purpose and counts what the proof lets through.

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "draft/tool_risk.hpp"
#include "lab/pairs.hpp"

namespace rlm::lab {

enum class ToolFault : std::uint8_t {
  None,         // the call as recorded: how many right calls are proven
  Missing,      // a required argument is left out
  Mistyped,     // an argument has a value of another JSON type
  OutsideEnum,  // a value that the schema's list does not hold
  Extra,        // an argument that the tool does not have
  UnknownTool,  // a tool that is not offered
  WrongTool,    // the same input for another tool that is offered
  CutInput,     // the input's JSON ends in the middle
  Repeated,     // the very call was just made and answered
  Twice,        // the same call twice in one answer
  KnownId,      // an id that the session has used
  BadId,        // an id with characters that ids do not have
  WrongValue,   // a number is off by one: no rule of form can see that
};
inline constexpr std::size_t kToolFaults = 13;
std::string_view name_of(ToolFault fault);

struct FaultCount {
  std::size_t injected = 0;
  std::size_t accepted = 0;  // proven, and delivered with the fault still in it
};
using FaultCounts = std::array<FaultCount, kToolFaults>;

/// Every step of every correct answer (both sides) is tried with each fault that can be made in it,
/// one at a time. Deterministic.
void count_faults(const Pair& pair, const draft::ToolRules& rules, FaultCounts& counts);

}  // namespace rlm::lab
