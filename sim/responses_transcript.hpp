#pragma once
// A composed answer as Responses tell it: named events with sequence numbers, or one object.
// Written apart from src/dialect, so that the proxy is not tested against its own mistakes.

#include "sim/dialect.hpp"

namespace rlm::sim {

/// Faults of Kind Malformed, ErrorFirst (an `error` event), ErrorLater (`response.failed`), NoUsage
/// and Cut without a position (no last event) are written in.
Transcript write_responses(const Telling& telling, const SimConfig& config);

}  // namespace rlm::sim
