#pragma once
// Keys made for one test.

#include <openssl/evp.h>
#include <openssl/pem.h>

#include <memory>
#include <string>

#include "wire/json_text.hpp"

namespace rlm::credential::test {

using Key = std::shared_ptr<EVP_PKEY>;

/// A fresh RSA key; the same one within a process, since making it takes a while.
inline Key rsa_key() {
  static const Key key(EVP_RSA_gen(2048), &EVP_PKEY_free);
  return key;
}

inline std::string pem_of(const Key& key) {
  BIO* out = BIO_new(BIO_s_mem());
  PEM_write_bio_PKCS8PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(out, &bytes);
  std::string pem(bytes, static_cast<std::size_t>(size));
  BIO_free(out);
  return pem;
}

/// A service account's key file.
inline std::string service_account_json(const std::string& token_uri, const std::string& pem) {
  return R"({"type":"service_account","project_id":"p-1","private_key_id":"kid1","private_key":)" +
         wire::json_string(pem) +
         R"(,"client_email":"robot@p-1.iam.gserviceaccount.com","token_uri":)" +
         wire::json_string(token_uri) + "}";
}

inline std::string user_json(const std::string& token_uri) {
  return R"({"type":"authorized_user","client_id":"id&1","client_secret":"cs=s3cret","refresh_token":)"
         R"("1//s3cret","token_uri":)" +
         wire::json_string(token_uri) + "}";
}

}  // namespace rlm::credential::test
