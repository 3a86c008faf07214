#pragma once
// Keeps back what we asked an upstream for and the client did not.

#include <memory>

#include "dialect/answer_translator.hpp"

namespace rlm::dialect {

/// Passes a Chat Completions stream as it is, but for the chunk that tells the usage and holds no
/// choice: a client that did not ask for it (stream_options.include_usage) would look for a choice
/// there. An event is passed on when it is whole; one beyond 64 KiB as it comes.
std::unique_ptr<AnswerTranslator> without_usage_chunk();

}  // namespace rlm::dialect
