#pragma once
// Metrics that are read from somewhere else when asked for, instead of being kept by a registry.

#include <prometheus/metric_family.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
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

/// One counter with a series for each of the names, added to `all`.
template <std::size_t N>
void add_counts(std::vector<prometheus::MetricFamily>& all, const char* name, const char* help,
                const char* label, const std::array<std::string_view, N>& names,
                const std::array<std::atomic<std::uint64_t>, N>& counts) {
  auto family = make_family(prometheus::MetricType::Counter, name, help);
  for (std::size_t i = 0; i < N; ++i)
    add_series(family, {{label, std::string(names[i])}},
               static_cast<double>(counts[i].load(std::memory_order_relaxed)));
  all.push_back(std::move(family));
}

}  // namespace rlm::observe
