#pragma once
// The process_* metrics that every Prometheus client library gives, read from /proc.

#include <prometheus/metric_family.h>

#include <string>
#include <vector>

namespace rlm::observe {

/// This build's version, resident and virtual memory, CPU time, descriptors, threads, start time.
/// What cannot be read is left out.
void append_process_metrics(std::vector<prometheus::MetricFamily>& families,
                            const std::string& version);

}  // namespace rlm::observe
