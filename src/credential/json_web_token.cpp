#include "credential/json_web_token.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "base/base64.hpp"
#include "base/check.hpp"
#include "credential/digest.hpp"
#include "wire/json_text.hpp"

namespace rlm::credential {

Result<RsaKey> RsaKey::from_pem(std::string_view pem) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bytes(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free);
  // Without a callback OpenSSL asks the terminal for the password of an encrypted key, and waits.
  auto* raw = PEM_read_bio_PrivateKey(
      bytes.get(), nullptr, [](char*, int, int, void*) { return -1; }, nullptr);
  ERR_clear_error();
  std::shared_ptr<EVP_PKEY> key(raw, &EVP_PKEY_free);
  constexpr int kBitsMin = 2048;
  if (raw == nullptr || EVP_PKEY_get_base_id(raw) != EVP_PKEY_RSA ||
      EVP_PKEY_get_bits(raw) < kBitsMin)
    return fail(ErrorKind::BadRequest, Source::Self,
                "the private key is no unencrypted RSA key of 2048 bits or more in PEM");
  return RsaKey(std::move(key));
}

std::string RsaKey::sign_token(std::string_view key_id, std::string_view claims) const {
  std::string header = R"({"alg":"RS256","typ":"JWT")";
  if (!key_id.empty()) header += ",\"kid\":" + wire::json_string(key_id);
  header += '}';
  std::string token = base64url(header) + '.' + base64url(claims);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        &EVP_MD_CTX_free);
  std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(key_.get())), '\0');
  std::size_t size = signature.size();
  const bool done =
      EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) == 1 &&
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                     reinterpret_cast<const unsigned char*>(token.data()), token.size()) == 1;
  RLM_CHECK(done);
  signature.resize(size);
  return token + '.' + base64url(signature);
}

}  // namespace rlm::credential
