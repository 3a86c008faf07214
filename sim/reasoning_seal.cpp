#include "sim/reasoning_seal.hpp"

#include "sim/crypto.hpp"

namespace rlm::sim {
namespace {

constexpr std::string_view kPrefix = "gAAAAAB";
constexpr std::size_t kNonceBytes = 32;

}  // namespace

std::string encrypted_reasoning(std::uint64_t seed, std::string_view nonce) {
  return std::string(kPrefix) + std::string(nonce) +
         hex(hmac_sha256("reasoning" + std::to_string(seed), nonce)) + "==";
}

std::string reasoning_id(std::string_view nonce) {
  return "rs_" + std::string(nonce);
}

bool is_own_reasoning(std::uint64_t seed, std::string_view encrypted, std::string_view id) {
  if (encrypted.size() < kPrefix.size() + kNonceBytes) return false;
  const std::string_view nonce = encrypted.substr(kPrefix.size(), kNonceBytes);
  return encrypted == encrypted_reasoning(seed, nonce) && (id.empty() || id == reasoning_id(nonce));
}

}  // namespace rlm::sim
