#pragma once
// Characters of UTF-8, by the form of their bytes alone.

#include <cstddef>
#include <string_view>

namespace rlm {

/// False for the bytes of a character behind its first, which have the form 10xxxxxx.
inline bool begins_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
}

/// How many characters (code points) the text has; of malformed UTF-8 how many seem to begin.
std::size_t characters_in(std::string_view text);

}  // namespace rlm
