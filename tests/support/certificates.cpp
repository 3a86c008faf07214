#include "tests/support/certificates.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <memory>
#include <stdexcept>

namespace rlm::test {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Cert = std::unique_ptr<X509, decltype(&X509_free)>;
using File = std::unique_ptr<std::FILE, decltype(&std::fclose)>;

File open(const std::string& path, const char* mode) {
  File file(std::fopen(path.c_str(), mode), &std::fclose);
  if (!file) throw std::runtime_error("cannot open " + path);
  return file;
}

void add_extension(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
  if (extension == nullptr) throw std::runtime_error("cannot make an extension: " + value);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

Cert begin_certificate(EVP_PKEY* key, const std::string& name, int days) {
  Cert certificate(X509_new(), &X509_free);
  X509_set_version(certificate.get(), 2);
  static long serial = 1;
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial++);
  constexpr long kDay = 86'400;
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -2 * kDay);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), days * kDay);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME* subject = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  return certificate;
}

Certificate write(const std::string& prefix, X509* certificate, EVP_PKEY* key) {
  Certificate files{prefix + ".pem", prefix + ".key"};
  PEM_write_X509(open(files.certificate_file, "w").get(), certificate);
  PEM_write_PrivateKey(open(files.key_file, "w").get(), key, nullptr, nullptr, 0, nullptr, nullptr);
  return files;
}

}  // namespace

Certificate make_authority(const std::string& prefix) {
  const Key key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  const Cert certificate = begin_certificate(key.get(), "test authority", 1);
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate.get()));
  add_extension(certificate.get(), certificate.get(), NID_basic_constraints, "critical,CA:TRUE");
  add_extension(certificate.get(), certificate.get(), NID_key_usage, "critical,keyCertSign");
  X509_sign(certificate.get(), key.get(), EVP_sha256());
  return write(prefix, certificate.get(), key.get());
}

Certificate make_certificate(const std::string& prefix, const Certificate& authority,
                             const std::string& name, int days) {
  const Cert issuer(
      PEM_read_X509(open(authority.certificate_file, "r").get(), nullptr, nullptr, nullptr),
      &X509_free);
  const Key issuer_key(
      PEM_read_PrivateKey(open(authority.key_file, "r").get(), nullptr, nullptr, nullptr),
      &EVP_PKEY_free);
  const Key key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  const Cert certificate = begin_certificate(key.get(), name, days);
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(issuer.get()));
  const bool is_address = name.find_first_not_of("0123456789.") == std::string::npos;
  add_extension(certificate.get(), issuer.get(), NID_subject_alt_name,
                (is_address ? "IP:" : "DNS:") + name);
  X509_sign(certificate.get(), issuer_key.get(), EVP_sha256());
  return write(prefix, certificate.get(), key.get());
}

}  // namespace rlm::test
