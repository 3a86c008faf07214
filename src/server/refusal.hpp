#pragma once
// What a client is told when no route serves what it asked for, in the form of the API it speaks.

#include <string>
#include <string_view>

#include "dialect/client_dialect.hpp"
#include "net/http_transaction.hpp"

namespace rlm::server {

/// Answers with an error of ours: as `speaks` tells it; without it in OpenAI's form on OpenAI's
/// paths, and elsewhere for a client that shows a bearer and names no version of Anthropic's API;
/// else in Anthropic's. `allowed`: the methods of a 405.
net::Task<void> refuse(net::HttpTransaction& transaction, const Error& error,
                       dialect::ClientDialect* speaks = nullptr, std::string_view allowed = {});

/// 405: the path takes `allowed` alone ("POST" or "GET, HEAD").
net::Task<void> refuse_method(net::HttpTransaction& transaction, std::string_view allowed,
                              dialect::ClientDialect* speaks = nullptr);

/// 404: says which paths there are.
net::Task<void> refuse_path(net::HttpTransaction& transaction);

/// The body for a head that cannot be read; `target` is what its first line names, as far as can be
/// told. For net::ServerConfig::refusal.
std::string head_refusal(const Error& error, std::string_view target);

}  // namespace rlm::server
