#pragma once
// OpenSSL's own socket BIO writes with write(), so a peer that closes while we write raises SIGPIPE
// and ends the process. Ignoring the signal would be inherited by every child we start; this BIO
// sends with MSG_NOSIGNAL instead.

typedef struct ssl_st SSL;

namespace rlm::net {

/// Has `ssl` read from and write to the socket `fd`, which stays the caller's: it is
/// not closed with `ssl` and must live as long. A closed peer is an error of the call (EPIPE),
/// never a signal. False when memory is out. Thread-safe for different `ssl`.
[[nodiscard]] bool use_socket(SSL* ssl, int fd);

}  // namespace rlm::net
