#pragma once
// What proves to a provider who asks; each call of a model passes through one.

#include "base/header.hpp"
#include "base/result.hpp"
#include "credential/request_to_sign.hpp"
#include "net/stop.hpp"
#include "net/task.hpp"

namespace rlm::credential {

/// The credential of one upstream on one worker. One thread.
class CredentialSource {
 public:
  virtual ~CredentialSource() = default;

  /// Appends the headers that authorize `request`. `headers` holds all others that will be sent,
  /// without any credential of the client's. May wait for a token; a token that is at hand costs no
  /// wait. Errors, all of Source::Upstream: Forbidden when a token endpoint refuses us, with what
  /// to do about it; Unreachable, Timeout, Protocol as net::HttpCall::start. Cancelled
  /// (Source::Client) once `stop` is requested.
  virtual net::Task<Result<void>> authorize(const RequestToSign& request, Headers& headers,
                                            net::StopSource& stop) = 0;

  /// The upstream answered 401 to these headers: the token in them is not used again. A newer one
  /// that others have got since stays.
  virtual void refused(const Headers& /*sent*/) {}
};

}  // namespace rlm::credential
