#pragma once
// CHECK: what must hold unless we ourselves are wrong.

namespace rlm::detail {
/// Logs the broken expectation and aborts the process.
[[noreturn, gnu::cold]] void check_failed(const char* expression, const char* file, int line);
}  // namespace rlm::detail

#define RLM_CHECK(expression)          \
  ((expression) ? static_cast<void>(0) \
                : ::rlm::detail::check_failed(#expression, __FILE__, __LINE__))
