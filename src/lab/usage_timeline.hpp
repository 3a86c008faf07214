#pragma once
// A ledger over time: what a page draws and a table of times holds.

#include <array>
#include <string>
#include <vector>

#include "lab/class_evidence.hpp"
#include "lab/svg_chart.hpp"

namespace rlm::lab {

/// Equal parts of the time between the first and the last exchange.
struct UsageTimeline {
  struct Part {
    UnixMs begins;
    std::array<std::int64_t, kVerdictCount> verdicts{};
    NanoUsd cost;  // with work off the clients' paths
    NanoUsd baseline;
    std::vector<double> duration_ms;
    std::int64_t exchanges() const;
  };
  std::vector<Part> parts;
  std::int64_t part_ms = 0;
};

/// At most `parts_max` parts, each of whole minutes.
UsageTimeline timeline_of(const std::vector<RecordedExchange>& exchanges, std::size_t parts_max);

/// Cost, verdicts, latency, and the bound of each class over its labels.
std::vector<Chart> usage_charts(const UsageTimeline& timeline,
                                const std::map<std::string, ClassEvidence>& classes,
                                double bad_rate_max);

/// A line for each part, behind one with names.
std::string timeline_csv(const UsageTimeline& timeline);

/// "2026-11-24 17:05" in UTC.
std::string time_text(UnixMs time);

}  // namespace rlm::lab
