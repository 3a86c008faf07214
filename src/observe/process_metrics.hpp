#pragma once
// The process_* metrics that every Prometheus client library gives, read from /proc.

#include <prometheus/metric_family.h>

#include <vector>

namespace rlm::observe {

/// Resident and virtual memory, CPU time, descriptors, threads, start time. What cannot be read is
/// left out.
void append_process_metrics(std::vector<prometheus::MetricFamily>& families);

}  // namespace rlm::observe
