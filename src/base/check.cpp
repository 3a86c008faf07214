#include "base/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace rlm::detail {

void check_failed(const char* expression, const char* file, int line) {
  std::fprintf(stderr, "rlm-cascade: broken expectation %s at %s:%d\n", expression, file, line);
  std::abort();
}

}  // namespace rlm::detail
