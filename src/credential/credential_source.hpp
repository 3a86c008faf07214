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
  /// wait. Errors, all of Source::Upstream: Forbidden when a token endpoint refuses us, in words
  /// for a client; why, and what to do about it, is in the log. Unreachable, Timeout, Protocol as
  /// net::HttpCall::start. Cancelled (Source::Client) once `stop` is requested.
  virtual net::Task<Result<void>> authorize(const RequestToSign& request, Headers& headers,
                                            net::StopSource& stop) = 0;

  /// The upstream did not take the credential in these headers: a token is not used again, but one
  /// that was bought because the last was refused just now: then the fault lies elsewhere. True
  /// when authorize() may bring another one.
  virtual bool refused(const Headers& /*sent*/) { return false; }
};

}  // namespace rlm::credential
