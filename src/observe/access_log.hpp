#pragma once
// One line per exchange at info: what was asked, what answered, why, and what it cost.

#include "domain/exchange_record.hpp"

namespace rlm::observe {

/// Never a prompt or an answer: the record holds none.
void log_exchange(const ExchangeRecord& record);

}  // namespace rlm::observe
