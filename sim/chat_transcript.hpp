#pragma once
// A composed answer as Chat Completions tell it: data-only chunks, or one object. Written apart
// from src/dialect, so that the proxy is not tested against its own mistakes.

#include "sim/dialect.hpp"

namespace rlm::sim {

/// As `config`'s provider writes it, its faults and oddities included.
Transcript write_chat(const Telling& telling, const SimConfig& config);

/// The finish_reason of a stop reason; one that is none of Anthropic's stands for itself.
std::string finish_reason_of(std::string_view stop_reason);

}  // namespace rlm::sim
