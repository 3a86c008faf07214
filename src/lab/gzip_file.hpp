#pragma once
// Whole files, unpacked where they are gzip.

#include <cstddef>
#include <string>

#include "base/result.hpp"

namespace rlm::lab {

/// The bytes of a gzip file unpacked, of any other file as they are. BadRequest (Source::Self) for
/// one that cannot be read, is damaged or ends early; TooLarge beyond `bytes_max` unpacked bytes.
Result<std::string> read_maybe_gzip(const std::string& path,
                                    std::size_t bytes_max = std::size_t{2} << 30);

}  // namespace rlm::lab
