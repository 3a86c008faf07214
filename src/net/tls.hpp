#pragma once
// OpenSSL straight on the descriptor: 39 KB a stream instead of the 99 KB of asio::ssl::stream
// (bench/README.md).

#include <memory>
#include <string>

#include "base/result.hpp"

typedef struct ssl_ctx_st SSL_CTX;
typedef struct ssl_st SSL;
typedef struct ssl_session_st SSL_SESSION;

namespace rlm::net {

struct SslFree {
  void operator()(SSL* ssl) const;
};
using SslPtr = std::unique_ptr<SSL, SslFree>;

/// Client or server settings shared by many connections. Thread-safe after construction.
class TlsContext {
 public:
  /// Verifies certificates and host names against the system's authorities and, when `ca_file` is
  /// not empty, that file too. TLS 1.2 or newer. With a PEM certificate chain and its key, both or
  /// none, we prove who we are to servers that ask (mTLS). BadRequest (Source::Self) when a file
  /// cannot be read or the key does not fit or is encrypted.
  static Result<std::shared_ptr<TlsContext>> client(const std::string& ca_file,
                                                    const std::string& certificate_file = {},
                                                    const std::string& key_file = {});
  /// Serves with a PEM certificate chain and key.
  static Result<std::shared_ptr<TlsContext>> server(const std::string& certificate_file,
                                                    const std::string& key_file);
  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  /// A client side on descriptor `fd` for `host` (name or address literal), which is sent as SNI
  /// and must match the certificate. The descriptor stays the caller's. Null when memory is out.
  SslPtr connect_on(int fd, const std::string& host);
  /// A server side on descriptor `fd`; like `connect_on`.
  SslPtr accept_on(int fd);

 private:
  explicit TlsContext(SSL_CTX* context) : context_(context) {}
  SSL_CTX* context_;
};

/// The newest error of OpenSSL's queue as text, with the verification failure when there is one;
/// clears the queue.
std::string tls_error_text(SSL* ssl);

}  // namespace rlm::net
