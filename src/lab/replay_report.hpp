#pragma once
// A replay as tables for people, and as JSON.

#include <string>

#include "lab/replay_study.hpp"

namespace rlm::lab {

std::string replay_report(const ReplayQuestion& question, const ReplayStudy& study);
std::string replay_report_json(const ReplayQuestion& question, const ReplayStudy& study);

/// The sentences that say what the figures take for granted.
std::vector<std::string> replay_assumptions(const ReplayQuestion& question);

/// "27,421".
std::string grouped(std::int64_t value);

}  // namespace rlm::lab
