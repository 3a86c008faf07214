#pragma once
// What the model would answer: a pure function of seed and request.

#include <optional>
#include <string>
#include <string_view>

#include "sim/answers.hpp"
#include "sim/coder.hpp"
#include "sim/random.hpp"

namespace rlm::sim {

/// Sources in order: verdict on a draft, the coder's script, the answers file, a wanted JSON
/// schema, generated text. Thread-safe: holds no state.
class Mind {
 public:
  Mind(const SimConfig& config, Answers answers, std::optional<Coder> coder);

  Reply answer(const SimRequest& request) const;
  /// A repeatable source of draws about this request; `purpose` keeps them apart.
  Random random_for(std::uint64_t content, std::string_view purpose) const;

 private:
  Reply verdict(const SimRequest& request) const;
  std::optional<Reply> verdict_on_step(const SimRequest& request, std::string_view draft) const;
  Reply known_or_generated(std::string_view question, std::uint64_t content,
                           const std::string& schema) const;

  const SimConfig& config_;
  Answers answers_;
  std::optional<Coder> coder_;
  std::uint64_t seed_;
};

/// The draft within a verdict message: between the last two equal fence lines (three or more of one
/// punctuation character), else all of it.
std::string_view draft_in(std::string_view verdict_message);

/// English-looking sentences of about this many tokens.
std::string generated_text(Random random, Tokens tokens);

/// A JSON value that a schema accepts in the common cases: required properties, enums, types;
/// `text` fills its strings.
std::string instance_of(wire::JsonValue schema, std::string_view text, int depth = 0);

}  // namespace rlm::sim
