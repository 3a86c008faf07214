#pragma once
// What an exchange would have cost by the plan that was tried beside it.

#include <functional>

#include "domain/exchange_record.hpp"

namespace rlm::exchange {

/// `tried`: the shadow's plan, verdict and priced calls, their roles as in an exchange of a client.
/// `direct`: the call that served the client. `suffix`: tokens that the verdict call appended.
/// `price`: of a call to the verify model.
///
/// The draft's calls count as they were. A verdict call, where the plan has one, would have met the
/// prompt's cache as the direct call met it: it wrote what that one wrote, and of a rewrite its
/// output is the answer's. A fallback adds the direct call, which then reads what a verdict call
/// has written.
NanoUsd would_cost(const ExchangeRecord& tried, const CallRecord& direct, Tokens suffix,
                   const std::function<NanoUsd(const Usage&)>& price);

}  // namespace rlm::exchange
