#pragma once
// What Prometheus is told of how the configured models are doing.

#include <vector>

#include "observe/model_status.hpp"

namespace prometheus {
struct MetricFamily;
}

namespace rlm::observe {

/// Adds to `all` whether each model's circuit breaker lets calls through, and how soon it answers.
void append_endpoint_metrics(std::vector<prometheus::MetricFamily>& all,
                             const std::vector<ModelStatus>& models);

}  // namespace rlm::observe
