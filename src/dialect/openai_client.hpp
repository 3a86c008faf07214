#pragma once
// Clients that speak OpenAI's dialects.

#include <cstdint>
#include <memory>

#include "dialect/ask.hpp"
#include "dialect/client_dialect.hpp"

namespace rlm::dialect {

/// One Chat Completions request. `now`: Unix seconds, for `created`.
std::unique_ptr<ClientDialect> chat_client(std::int64_t now, AskDefaults defaults = {});
/// One Responses request.
std::unique_ptr<ClientDialect> responses_client(std::int64_t now, AskDefaults defaults = {});

}  // namespace rlm::dialect
