#pragma once
// The exposition format that Prometheus scrapes (text format 0.0.4).

#include <string>
#include <string_view>
#include <vector>

namespace prometheus {
struct MetricFamily;
}

namespace rlm::observe {

inline constexpr std::string_view kPrometheusContentType =
    "text/plain; version=0.0.4; charset=utf-8";

/// HELP and TYPE before the samples of each family; the last line ends with a line break.
std::string prometheus_text(const std::vector<prometheus::MetricFamily>& families);

}  // namespace rlm::observe
