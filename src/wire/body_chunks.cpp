#include "wire/body_chunks.hpp"

#include <cstring>
#include <random>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace rlm::wire {
namespace {

constexpr std::size_t kChunk = 4096;

}  // namespace

#ifdef RLM_XXHASH_DISPATCH
// See prefix_chain.cpp.
extern "C" XXH128_hash_t XXH3_128bits_withSecret_dispatch(const void* input, std::size_t length,
                                                          const void* secret,
                                                          std::size_t secret_length);
#else
constexpr auto XXH3_128bits_withSecret_dispatch = XXH3_128bits_withSecret;
#endif

Digest digest_of(std::string_view bytes, const DigestSecret& secret) {
  const XXH128_hash_t hash =
      XXH3_128bits_withSecret_dispatch(bytes.data(), bytes.size(), secret.data(), secret.size());
  return {hash.low64, hash.high64};
}

DigestSecret random_secret() {
  DigestSecret secret;
  std::random_device random;
  for (unsigned char& byte : secret) byte = static_cast<unsigned char>(random());
  return secret;
}

std::span<const Digest> BodyChunks::whole_chunks(std::size_t bytes) {
  const std::size_t count = bytes / kChunk;
  known_.reserve(count);
  while (known_.size() < count)
    known_.push_back(digest_of(part(known_.size() * kChunk, kChunk), secret_));
  return {known_.data(), count};
}

Digest BodyChunks::rest_behind(std::size_t whole, std::size_t bytes) const {
  return digest_of(part(whole * kChunk, bytes % kChunk), secret_);
}

std::vector<Digest> BodyChunks::digests(std::size_t bytes) {
  const auto whole = whole_chunks(bytes);
  std::vector<Digest> all;
  all.reserve(whole.size() + 1);
  all.assign(whole.begin(), whole.end());
  all.push_back(rest_behind(whole.size(), bytes));
  return all;
}

bool BodyChunks::equal(std::size_t bytes, const std::vector<Digest>& others) {
  const auto whole = whole_chunks(bytes);
  const bool same =
      whole.empty() || std::memcmp(whole.data(), others.data(), whole.size_bytes()) == 0;
  return same && rest_behind(whole.size(), bytes) == others.back();
}

}  // namespace rlm::wire
