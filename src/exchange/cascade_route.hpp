#pragma once
// What the router is told of an exchange, before it and after it.

#include "exchange/exchange_context.hpp"

namespace rlm::exchange {

/// Chooses the plan, or takes the one that x-rlm-plan asks for, and writes it into the record with
/// the reason. x.cascade must be set. BadRequest (Source::Client) for a plan that is none.
Result<void> choose_route(ExchangeContext& x, const route::Features& features);

/// Lets the router learn how the exchange ended. Nothing without a cascade; a few microseconds.
void learn_from(ExchangeContext& x);

}  // namespace rlm::exchange
