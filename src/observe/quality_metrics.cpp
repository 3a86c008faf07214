#include "observe/quality_metrics.hpp"

#include "observe/metric_family.hpp"

namespace rlm::observe {

using prometheus::MetricType;

void append_quality_metrics(std::vector<prometheus::MetricFamily>& all,
                            const std::vector<quality::ClassReport>& classes) {
  auto bound = make_family(MetricType::Gauge, "rlm_class_bad_rate_upper",
                           "At most this share of a class's drafts is worse than the verify "
                           "model's answers, by its judgement and at the class's confidence.");
  auto labels = make_family(MetricType::Counter, "rlm_class_labels_total",
                            "Drafts that were judged, by class and judgement.");
  auto states = make_family(MetricType::Gauge, "rlm_class_trust",
                            "1 for the state that a class of drafts is in.");
  auto demotions = make_family(MetricType::Counter, "rlm_class_demotions_total",
                               "Times that a class lost trust because its drafts became worse.");
  for (const auto& report : classes) {
    const std::string& name = report.class_name;
    add_series(bound, {{"class", name}}, report.upper);
    add_series(labels, {{"class", name}, {"bad", "true"}}, static_cast<double>(report.bad));
    add_series(labels, {{"class", name}, {"bad", "false"}},
               static_cast<double>(report.labels - report.bad));
    for (int state = 0; state < quality::kTrustCount; ++state) {
      const auto trust = static_cast<quality::Trust>(state);
      add_series(states, {{"class", name}, {"state", std::string(name_of(trust))}},
                 trust == report.standing.state ? 1 : 0);
    }
    add_series(demotions, {{"class", name}}, static_cast<double>(report.demotions));
  }
  for (auto* family : {&bound, &labels, &states, &demotions}) all.push_back(std::move(*family));
}

void append_label_metrics(std::vector<prometheus::MetricFamily>& all,
                          const store::LabelCounts& counts) {
  all.push_back(make_family(MetricType::Gauge, "rlm_label_store_up",
                            "1 while the store of labels answers.", counts.reachable ? 1 : 0));
  all.push_back(make_family(MetricType::Gauge, "rlm_labels_waiting",
                            "Labels that are not stored yet.",
                            static_cast<double>(counts.waiting)));
  all.push_back(make_family(MetricType::Counter, "rlm_labels_lost_total",
                            "Labels lost because too many waited for their store.",
                            static_cast<double>(counts.lost)));
}

}  // namespace rlm::observe
