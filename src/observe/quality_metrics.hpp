#pragma once
// What Prometheus is told of classes of drafts.

#include <vector>

#include "quality/trust_book.hpp"
#include "store/label_store.hpp"

namespace prometheus {
struct MetricFamily;
}

namespace rlm::observe {

/// Adds each class's bound, labels, state and demotions to `all`; nothing while there are no
/// labels.
void append_quality_metrics(std::vector<prometheus::MetricFamily>& all,
                            const std::vector<quality::ClassReport>& classes);

void append_label_metrics(std::vector<prometheus::MetricFamily>& all,
                          const store::LabelCounts& counts);

}  // namespace rlm::observe
