#pragma once
// Percent-encoding of URLs and of what travels like them (RFC 3986 §2.1).

#include <string>
#include <string_view>

namespace rlm {

/// All but unreserved characters (RFC 3986 §2.3) and those in `kept` as %XX, upper case.
std::string percent_encoded(std::string_view text, std::string_view kept = {});

/// The bytes that the escapes stand for; a broken escape stays as it is. A '+' is a '+'.
std::string percent_decoded(std::string_view text);

}  // namespace rlm
