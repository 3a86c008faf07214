#pragma once
// What the failures of a model's endpoints mean to a call: whether another endpoint is asked, and
// which of them its client hears of.

#include "base/error.hpp"

namespace rlm::upstream {

/// Whether another endpoint of the same model might do better: not for what is wrong with the
/// request. As the Claude apps gateway decides (Claude Code's gateway pages, 2026-08-22):
/// connections, timeouts and the statuses 401, 403, 404, 429, 501 and 5xx; also what this
/// endpoint's dialect cannot say, or it has no credential for.
bool falls_over(const Error& error);

/// Whether `a` tells a client more truly than `b` what to do, when both endpoints failed: first
/// what it can act on (429, the least wait before all; 401 and 403; 404), then what will pass (529,
/// 501, other statuses, a timeout, a broken answer, no connection), then what only the operator can
/// mend, and last a breaker that kept the call back. Of two alike the later one.
bool tells_more(const Error& a, const Error& b);

}  // namespace rlm::upstream
