#pragma once
// Tasks with checkers that a program can run: what `eval` asks and how it grades the answers.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace rlm::lab {

/// A key that a JSON answer must have.
struct JsonKey {
  std::string name;
  std::string type;   // string | number | integer | boolean | array | object | null
  std::string value;  // the wanted value as raw JSON; empty: any of the type
};

/// One condition on an answer. Which members count depends on `type`.
struct Check {
  enum class Type {
    PythonTests,   // the answer's code, then `texts` as Python statements, run in the sandbox
    Number,        // the final number is within `tolerance` of `value`
    Regex,         // texts[0], a POSIX extended expression, matches somewhere
    Json,          // the answer is an object with `keys`; no others when `only_keys`
    WordCount,     // between `min` and `max` words
    ContainsAll,   // each of `texts` occurs, case ignored
    ContainsNone,  // none of `texts` occurs as a whole word or phrase, case ignored
    Exact,         // texts[0], blanks around the answer ignored
  };
  Type type = Type::Exact;
  std::vector<std::string> texts;
  double value = 0;
  double tolerance = 0;
  std::size_t min = 0;
  std::size_t max = 0;
  std::vector<JsonKey> keys;
  bool only_keys = false;
};

/// One request of an evaluation. `right` passes the checks and `wrong` fails them, so that
/// simulated models can answer.
struct Task {
  std::string id;
  std::string kind;    // "code", "math", "instruct"; or the request class of a workload
  std::string system;  // may be empty
  std::string prompt;
  std::int64_t max_tokens = 1024;
  std::vector<Check> checks;  // all must hold; empty: the answer is not graded
  std::string right;
  std::string wrong;
};

/// Reads a suite: one JSON object a line, empty lines allowed. BadRequest (Source::Self) with every
/// mistake and its line: unknown keys, missing ones, an unknown checker, an id that is used twice.
Result<std::vector<Task>> parse_suite(std::string_view jsonl);

/// The suite compiled into the binary (lab/suites/claims.jsonl): code, math and instructions.
const std::vector<Task>& built_in_suite();

}  // namespace rlm::lab
