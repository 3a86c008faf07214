#pragma once
// Errors of Google's, Amazon's and Microsoft's infrastructure as Anthropic's.
// Sources: Vertex AI, Bedrock and Foundry API references (2026-08); Claude Code's "llm-gateway"
// pages (2026-08-22) for what a client acts upon.

#include <string>
#include <string_view>

#include "base/header.hpp"
#include "wire/json_cursor.hpp"

namespace rlm::dialect {

struct CloudError {
  int status = 500;    // as Anthropic's API would have answered
  std::string body;    // Anthropic's envelope
  std::string detail;  // the cloud's own words, for the operator's log; empty when `body` has them
};

/// What a client is told of an answer with an error `status`. A body in Anthropic's envelope passes
/// untouched, with its status. The cloud's words on a refused credential, a permission or a missing
/// model name accounts and projects: they become `detail`, and the client reads a general sentence.
/// A prompt beyond the context becomes "prompt is too long…", which makes clients compact it.
CloudError read_cloud_error(int status, const Headers& headers, std::string_view body,
                            wire::JsonIndex& index);

/// Status of Anthropic's API for an exception of AWS, with or without namespace and with either
/// case of its first letter; 0 when it is not known.
int status_of_aws(std::string_view exception);

/// The general sentence that stands for an upstream's own words on a refused credential, permission
/// or model; empty for a status whose words clients may read.
std::string_view operators_message(int status);

/// An upstream's words for the operator's log: their first line, which AWS follows by what was
/// signed, a session's token among it; 300 bytes at most.
std::string first_words(std::string_view words);

/// Anthropic's envelope. Makes a context overflow's message begin as clients know it.
std::string messages_error(std::string_view type, std::string_view message);

}  // namespace rlm::dialect
