#pragma once
// The digests of a body's first or last bytes, in chunks, so that many others can be held against
// it while each byte is hashed once.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace rlm::wire {

/// 128 bits of XXH3 under a secret: equal ones mean equal bytes to whoever does not know the
/// secret.
using Digest = std::array<std::uint64_t, 2>;
using DigestSecret = std::array<unsigned char, 192>;

Digest digest_of(std::string_view bytes, const DigestSecret& secret);
/// From the system's source of randomness.
DigestSecret random_secret();

/// Of one body, which it does not own, nor the secret. What is asked for first is hashed then.
class BodyChunks {
 public:
  enum class Of { First, Last };
  BodyChunks(std::string_view body, Of which, const DigestSecret& secret)
      : body_(body), which_(which), secret_(secret) {}

  /// Of the first (or last) `bytes`: those of the whole chunks, and that of what is left.
  std::vector<Digest> digests(std::size_t bytes);
  /// Whether as many bytes of another body, of which digests() said `others`, are the same.
  bool equal(std::size_t bytes, const std::vector<Digest>& others);

 private:
  std::span<const Digest> whole_chunks(std::size_t bytes);
  std::string_view part(std::size_t at, std::size_t bytes) const {
    return body_.substr(which_ == Of::First ? at : body_.size() - at - bytes, bytes);
  }
  Digest rest_behind(std::size_t whole, std::size_t bytes) const;

  std::string_view body_;
  Of which_;
  const DigestSecret& secret_;
  std::vector<Digest> known_;
};

}  // namespace rlm::wire
