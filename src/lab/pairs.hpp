#pragma once
// Two models' recorded answers to the same prompts, with their correctness (JSON Lines).

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "domain/usage.hpp"

namespace rlm::lab {

struct PairCall {
  std::string name;
  std::string input;  // a JSON object
};

/// What one model did. A single answer is one turn of one step.
struct PairSide {
  std::string model;  // the id alone, notes behind it cut off
  /// Turns of steps of calls; a step that only talks is empty.
  std::vector<std::vector<std::vector<PairCall>>> turns;
  std::string text;    // of an answer that calls no tool
  double correct = 0;  // 0 … 1
  Usage usage;         // tokens as recorded; reported is false where there are none
};

struct Pair {
  std::string id;
  std::string group;  // variants of one task
  std::string kind;   // "code", "math", "instruct", "knowledge", "tool_call", "agent_turn"
  std::string category;
  std::string messages;                  // raw JSON list, as the first turn begins
  std::vector<std::string> later_turns;  // raw JSON lists of the messages that begin later turns
  std::string tools;      // raw JSON list of name, description, input_schema; empty: none offered
  std::string user_text;  // of the last user message
  PairSide draft;
  PairSide verify;
};

/// Reads the lines of one file. BadRequest (Source::Self) with the number of the first line that is
/// no record, and the field that is missing or wrong.
Result<std::vector<Pair>> read_pairs(std::string_view lines);

}  // namespace rlm::lab
