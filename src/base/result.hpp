#pragma once
// The one way to report what can happen in a healthy process.

#include <string>
#include <tl/expected.hpp>
#include <utility>

#include "base/error.hpp"

namespace rlm {

template <class T>
using Result = tl::expected<T, Error>;

/// An error ready to be returned from a function of any Result type. Cold: the compiler moves what
/// leads here out of the way of what goes well.
[[gnu::cold, gnu::noinline]] inline tl::unexpected<Error> fail(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

[[gnu::cold, gnu::noinline]] inline tl::unexpected<Error> fail(ErrorKind kind, Source source,
                                                               std::string message) {
  return tl::unexpected<Error>(Error(kind, source, std::move(message)));
}

}  // namespace rlm
