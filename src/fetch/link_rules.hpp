#pragma once
// Whom the proxy asks for what a client names.

#include <string_view>

#include "fetch/fetch_config.hpp"
#include "fetch/link.hpp"

namespace rlm::fetch {

/// True for one of `config.origins`: its addresses are not looked at.
bool is_trusted(const net::Url& origin, const FetchConfig& config);

/// Why `link` is not asked for, in words for the client; empty when it is. Its address is another
/// question, to be answered after its name is resolved. `proxied`: a proxy stands between, which
/// resolves names by itself, so that nobody here could look at their addresses.
std::string_view why_not(const Link& link, bool proxied, const FetchConfig& config);

}  // namespace rlm::fetch
