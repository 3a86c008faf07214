#pragma once
// A private certificate authority, made for one test.

#include <string>

namespace rlm::test {

/// PEM files.
struct Certificate {
  std::string certificate_file;
  std::string key_file;
};

/// An authority of its own in the folder of `prefix`, e.g. "<folder>/ca".
Certificate make_authority(const std::string& prefix);
/// A server certificate for `name` ("localhost", or an address like "127.0.0.1"), signed by
/// `authority`. `days` < 0: it has expired.
Certificate make_certificate(const std::string& prefix, const Certificate& authority,
                             const std::string& name, int days = 1);

}  // namespace rlm::test
