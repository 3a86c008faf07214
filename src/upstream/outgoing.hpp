#pragma once
// A call as the dialect of its upstream has it.

#include <memory>
#include <string>
#include <vector>

#include "base/buffer.hpp"
#include "base/header.hpp"
#include "upstream/model_client.hpp"

namespace rlm::upstream {

/// What goes out. The segments view the request, or what is owned here; valid as long as both.
/// Does not move.
struct Outgoing {
  Outgoing() = default;
  Outgoing(const Outgoing&) = delete;
  Outgoing& operator=(const Outgoing&) = delete;

  std::string target;  // behind the base URL
  Headers headers;     // all but the credential
  std::vector<std::string_view> segments;
  Buffer owned;                              // a translated body
  std::unique_ptr<wire::SplicedBody> named;  // a body whose model was renamed
  bool is_spoken = false;                    // the client's own, and so will the answer be
};

/// Fills in `out` for `endpoint`. `index` is scratch. BadRequest (Source::Client) for what the
/// dialect cannot say, naming it; NotFound for an operation that the upstream does not have.
Result<void> put_into_dialect(Outgoing& out, const EndpointConfig& endpoint,
                              const CallRequest& request, wire::JsonIndex& index);

/// What of a Messages request put_into_dialect() would refuse, in a word (dialect::lack_of); empty:
/// nothing. `index` is scratch. Reads the request once, and writes nothing.
std::string_view what_dialect_lacks(const EndpointConfig& endpoint, const Buffer& messages_body,
                                    wire::JsonIndex& index);

}  // namespace rlm::upstream
