#pragma once
// The part of `replay` that reads our own ledger.

#include "app/replay.hpp"

namespace rlm::app {

/// See replay_command().
int replay_ledger(const ReplayOptions& options);

}  // namespace rlm::app
