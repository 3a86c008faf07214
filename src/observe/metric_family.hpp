#pragma once
// Metrics that are read from somewhere else when asked for, instead of being kept by a registry.

#include <prometheus/metric_family.h>

#include <string>
#include <utility>
#include <vector>

namespace rlm::observe {

using Labels = std::vector<std::pair<std::string, std::string>>;

/// A family with one series; more are added by add_series().
inline void add_series(prometheus::MetricFamily& family, const Labels& labels, double value) {
  prometheus::ClientMetric series;
  for (const auto& [name, text] : labels) series.label.push_back({name, text});
  if (family.type == prometheus::MetricType::Counter) {
    series.counter.value = value;
  } else {
    series.gauge.value = value;
  }
  family.metric.push_back(std::move(series));
}

inline prometheus::MetricFamily make_family(prometheus::MetricType type, std::string name,
                                            std::string help) {
  prometheus::MetricFamily family;
  family.type = type;
  family.name = std::move(name);
  family.help = std::move(help);
  return family;
}

inline prometheus::MetricFamily make_family(prometheus::MetricType type, std::string name,
                                            std::string help, double value) {
  auto family = make_family(type, std::move(name), std::move(help));
  add_series(family, {}, value);
  return family;
}

}  // namespace rlm::observe
