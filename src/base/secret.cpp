#include "base/secret.hpp"

#include <openssl/crypto.h>

namespace rlm {

Secret::Secret(Secret&& other) noexcept : text_(other.text_) {
  OPENSSL_cleanse(other.text_.data(), other.text_.size());
  other.text_.clear();
}

Secret& Secret::operator=(Secret other) noexcept {
  text_.swap(other.text_);
  return *this;
}

Secret::~Secret() {
  OPENSSL_cleanse(text_.data(), text_.size());
}

bool Secret::equals(std::string_view candidate) const {
  if (text_.size() != candidate.size() || text_.empty()) return false;
  return CRYPTO_memcmp(text_.data(), candidate.data(), text_.size()) == 0;
}

}  // namespace rlm
