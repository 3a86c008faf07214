#include "net/tls.hpp"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "net/socket_bio.hpp"

namespace rlm::net {
namespace {

std::string newest_error() {
  const unsigned long code = ERR_peek_last_error();
  char text[256] = "unknown TLS error";
  if (code != 0) ERR_error_string_n(code, text, sizeof text);
  ERR_clear_error();
  return text;
}

void set_common_options(SSL_CTX* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  // Idle connections give their record buffers back; a partial write may be continued from another
  // address.
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
}

Result<void> use_certificate(SSL_CTX* context, const std::string& setting,
                             const std::string& certificate_file, const std::string& key_file) {
  // Without it OpenSSL asks the terminal for the password of an encrypted key, and waits.
  SSL_CTX_set_default_passwd_cb(context, [](char*, int, int, void*) { return -1; });
  if (SSL_CTX_use_certificate_chain_file(context, certificate_file.c_str()) == 1 &&
      SSL_CTX_use_PrivateKey_file(context, key_file.c_str(), SSL_FILETYPE_PEM) == 1 &&
      SSL_CTX_check_private_key(context) == 1)
    return {};
  return fail(ErrorKind::BadRequest, Source::Self,
              setting + ": cannot use certificate \"" + certificate_file + "\" with key \"" +
                  key_file + "\" (" + newest_error() +
                  "); both are PEM files, and the key is not encrypted");
}

bool is_address_literal(const std::string& host) {
  unsigned char out[16];
  return inet_pton(AF_INET, host.c_str(), out) == 1 || inet_pton(AF_INET6, host.c_str(), out) == 1;
}

}  // namespace

void SslFree::operator()(SSL* ssl) const {
  SSL_free(ssl);
}

TlsContext::~TlsContext() {
  SSL_CTX_free(context_);
}

Result<std::shared_ptr<TlsContext>> TlsContext::client(const std::string& ca_file,
                                                       const std::string& certificate_file,
                                                       const std::string& key_file) {
  SSL_CTX* raw = SSL_CTX_new(TLS_client_method());
  if (raw == nullptr) return fail(ErrorKind::Internal, Source::Self, newest_error());
  std::shared_ptr<TlsContext> made(new TlsContext(raw));
  set_common_options(raw);
  SSL_CTX_set_verify(raw, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_default_verify_paths(raw);
  if (!ca_file.empty() && SSL_CTX_load_verify_locations(raw, ca_file.c_str(), nullptr) != 1)
    return fail(
        ErrorKind::BadRequest, Source::Self,
        "ca_file: cannot read certificates from \"" + ca_file + "\" (" + newest_error() + ")");
  if (certificate_file.empty() != key_file.empty())
    return fail(ErrorKind::BadRequest, Source::Self,
                "a client certificate needs its key file, and a key its certificate file");
  if (!certificate_file.empty()) {
    auto used = use_certificate(raw, "client certificate", certificate_file, key_file);
    if (!used) return fail(std::move(used.error()));
  }
  SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_CLIENT);
  ERR_clear_error();
  return made;
}

Result<std::shared_ptr<TlsContext>> TlsContext::server(const std::string& certificate_file,
                                                       const std::string& key_file) {
  SSL_CTX* raw = SSL_CTX_new(TLS_server_method());
  if (raw == nullptr) return fail(ErrorKind::Internal, Source::Self, newest_error());
  std::shared_ptr<TlsContext> made(new TlsContext(raw));
  set_common_options(raw);
  auto used = use_certificate(raw, "tls", certificate_file, key_file);
  if (!used) return fail(std::move(used.error()));
  return made;
}

SslPtr TlsContext::connect_on(int fd, const std::string& host) {
  SslPtr ssl(SSL_new(context_));
  if (!ssl || !use_socket(ssl.get(), fd)) return nullptr;
  SSL_set_connect_state(ssl.get());
  if (is_address_literal(host)) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl.get()), host.c_str());
  } else {
    SSL_set_tlsext_host_name(ssl.get(), host.c_str());
    SSL_set_hostflags(ssl.get(), X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    SSL_set1_host(ssl.get(), host.c_str());
  }
  return ssl;
}

SslPtr TlsContext::accept_on(int fd) {
  SslPtr ssl(SSL_new(context_));
  if (!ssl || !use_socket(ssl.get(), fd)) return nullptr;
  SSL_set_accept_state(ssl.get());
  return ssl;
}

std::string tls_error_text(SSL* ssl) {
  const long verify = SSL_get_verify_result(ssl);
  std::string text = newest_error();
  if (verify != X509_V_OK)
    text = std::string("certificate: ") + X509_verify_cert_error_string(verify);
  return text;
}

}  // namespace rlm::net
