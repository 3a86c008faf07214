#include "observe/totals.hpp"

namespace rlm::observe {

void add_usage(Usage& sum, const Usage& more) {
  sum.input += more.input;
  sum.cache_write_5m += more.cache_write_5m;
  sum.cache_write_1h += more.cache_write_1h;
  sum.cache_read += more.cache_read;
  sum.output += more.output;
}

std::optional<double> cache_read_share(const Usage& usage) {
  const Tokens prompt = usage.prompt();
  if (prompt <= 0) return std::nullopt;
  return static_cast<double>(usage.cache_read) / static_cast<double>(prompt);
}

bool is_cascaded(const ExchangeRecord& record) {
  return record.plan != Plan::Direct && record.plan != Plan::Shadow;
}

void Totals::add(const ExchangeRecord& record) {
  cost += record.cost;
  baseline += record.baseline;
  for (const auto& call : record.calls) {
    add_usage(tokens, call.usage);
    if (is_estimated(call)) estimated_cost += call.cost;
  }
  if (record.occasion != Occasion::Client) {
    aside_cost += record.cost;
    return;
  }
  ++requests;
  ++by_verdict[static_cast<std::size_t>(record.verdict)];
  if (is_cascaded(record)) {
    ++cascaded;
    if (record.verdict == Verdict::Skipped || record.verdict == Verdict::Validated ||
        record.verdict == Verdict::Accepted)
      ++draft_used;
  }
  if (record.client_left) ++client_left;
}

std::optional<double> Totals::draft_use_ratio() const {
  if (cascaded == 0) return std::nullopt;
  return static_cast<double>(draft_used) / static_cast<double>(cascaded);
}

std::optional<double> Totals::saved_ratio() const {
  if (baseline.value == 0) return std::nullopt;
  return static_cast<double>(saved().value) / static_cast<double>(baseline.value);
}

}  // namespace rlm::observe
