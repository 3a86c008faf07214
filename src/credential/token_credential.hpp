#pragma once
// A bearer token that is fetched, kept, and renewed before it expires.

#include <memory>
#include <vector>

#include "base/clock.hpp"
#include "credential/credential_source.hpp"
#include "credential/token_reply.hpp"
#include "net/event.hpp"
#include "net/http_client.hpp"

namespace rlm::credential {

struct TokenConfig {
  /// A token is renewed this long before it expires, or at half of its life when that is shorter.
  Milliseconds renew_before{300'000};
  /// After a renewal that failed, a token that is still good is used this long before the next. Of
  /// the upstream's refusals, one in this time makes a token be dropped.
  Milliseconds renewal_pause{30'000};
  net::ClientConfig client = quick();
  /// For https endpoints; null: the system's authorities.
  std::shared_ptr<net::TlsContext> tls;

  /// A token endpoint that is slow holds up all calls of its upstream.
  static net::ClientConfig quick();
};

/// Fetches by a grant. Callers that need the same token wait for one fetch; when the one that does
/// it leaves, the next of them does it anew. Calls must have ended when it is destroyed.
class TokenCredential final : public CredentialSource {
 public:
  /// BadRequest (Source::Self) when the grant's URL is unusable, or plain http to another machine.
  /// `worker` and `clock` must outlive it.
  static Result<std::unique_ptr<TokenCredential>> make(net::Worker& worker,
                                                       std::shared_ptr<const TokenGrant> grant,
                                                       TokenConfig config = {},
                                                       const Clock& clock = system_clock());

  net::Task<Result<void>> authorize(const RequestToSign& request, Headers& headers,
                                    net::StopSource& stop) override;
  bool refused(const Headers& sent) override;

 private:
  TokenCredential(net::Worker& worker, std::shared_ptr<const TokenGrant> grant, net::Url url,
                  TokenConfig config, const Clock& clock);

  struct Kept {
    Secret value;
    SteadyTime good_until;
    SteadyTime renew_at;
  };
  bool is_good() const { return token_ && clock_.steady() < token_->good_until; }
  net::Task<Result<void>> renew(net::StopSource& stop);
  net::Task<Result<Token>> fetch(net::StopSource& stop);
  net::Task<void> wait(net::StopSource& stop);
  void keep(Result<Token> fetched);

  std::shared_ptr<const TokenGrant> grant_;
  TokenConfig config_;
  const Clock& clock_;
  net::ClientPool pool_;
  std::optional<Kept> token_;
  SteadyTime keep_until_{};  // whatever the upstream says of it
  bool fetching_ = false;
  std::uint64_t failures_ = 0;
  Error last_failure_;
  std::vector<net::Event*> waiters_;
};

}  // namespace rlm::credential
