#pragma once
// For tests: what a request of an OpenAI dialect becomes.

#include <gtest/gtest.h>

#include <string>

#include "dialect/ask.hpp"
#include "wire/anthropic_request.hpp"

namespace rlm::dialect {

/// A model that takes everything, and few fields that nobody asked for.
inline AskDefaults plain_defaults() {
  AskDefaults defaults;
  defaults.prompt_cache = false;
  defaults.max_tokens = 9;
  defaults.rules_of = [](std::string_view) { return kTakesEverything; };
  return defaults;
}

/// The Messages request, or the error's message; what it reads must be accepted as a client's.
inline std::string body_of(const Result<Ask>& ask) {
  if (!ask) return "error: " + ask.error().message;
  wire::JsonIndex index;
  const auto facts = wire::read_request_facts(ask->messages_body, index, {}, false);
  EXPECT_TRUE(facts) << facts.error().message;
  return std::string(ask->messages_body.view());
}

}  // namespace rlm::dialect
