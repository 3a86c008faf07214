#pragma once
// A decision's alternatives as the record keeps them.

#include <string>

#include "route/planner.hpp"

namespace rlm::route {

/// [{"plan":"direct","price_nano":47200000,"p95_ms":9000,"turn_nano":…,"refused":"probation"},…]:
/// every plan that fits, in the order of kPlans; `turn_nano` where a turn begins, `refused` where
/// it may not be taken; `p95_ms` rounded up, so that it is above a limit when the delay is. Empty
/// when nothing was priced.
std::string weighed_json(const PlanChoice& choice);

}  // namespace rlm::route
