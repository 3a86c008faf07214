#include "observe/endpoint_metrics.hpp"

#include "observe/metric_family.hpp"

namespace rlm::observe {

using prometheus::MetricType;

void append_endpoint_metrics(std::vector<prometheus::MetricFamily>& all,
                             const std::vector<ModelStatus>& models) {
  auto healthy = make_family(MetricType::Gauge, "rlm_endpoint_healthy",
                             "1 while the circuit breaker of a configured model is closed.");
  auto first_byte = make_family(MetricType::Gauge, "rlm_endpoint_first_byte_seconds",
                                "Smoothed time until a configured model's answers begin.");
  for (const auto& model : models) {
    add_series(healthy, {{"endpoint", model.name}}, model.healthy ? 1 : 0);
    if (model.first_byte_ms >= 0)
      add_series(first_byte, {{"endpoint", model.name}}, model.first_byte_ms / 1000);
  }
  all.push_back(std::move(healthy));
  all.push_back(std::move(first_byte));
}

}  // namespace rlm::observe
