#pragma once
// What the router is told of an exchange, before it and after it.

#include "exchange/exchange_context.hpp"

namespace rlm::exchange {

/// The exchange's cascade as the router sees it; x.cascade must be set. Points into it.
route::CascadeView view_of(const ExchangeContext& x);

/// Lets the router learn how the exchange ended. Nothing without a cascade; a few microseconds.
void learn_from(ExchangeContext& x);

}  // namespace rlm::exchange
