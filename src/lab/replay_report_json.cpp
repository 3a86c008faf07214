#include "lab/replay_report.hpp"
#include "observe/json_builder.hpp"

namespace rlm::lab {

namespace {

void add_price(observe::JsonBuilder& json, std::string_view name, const money::Price& price) {
  const auto dollars = [](std::int64_t micro) { return static_cast<double>(micro) * 1e-6; };
  json.key(name).open('{');
  json.key("input").real(dollars(price.input)).key("cache_read").real(dollars(price.cache_read));
  json.key("cache_write_5m").real(dollars(price.cache_write_5m));
  json.key("cache_write_1h").real(dollars(price.cache_write_1h));
  json.key("output").real(dollars(price.output)).close('}');
}

void add_bill(observe::JsonBuilder& json, const Bill& bill, const ReplayPrices& prices) {
  json.key("bill").open('{');
  for (std::size_t i = 0; i < kPurposeCount; ++i) {
    const auto purpose = static_cast<Purpose>(i);
    const Usage& usage = bill.usage(purpose);
    json.key(name_of(purpose)).open('{').member("calls", bill.calls(purpose));
    json.member("input_tokens", usage.input).member("cache_write_5m", usage.cache_write_5m);
    json.member("cache_write_1h", usage.cache_write_1h).member("cache_read", usage.cache_read);
    json.member("output_tokens", usage.output);
    json.member("cost_usd", bill.cost(purpose, prices)).close('}');
  }
  json.close('}');
}

void add_row(observe::JsonBuilder& json, const ReplayRow& row, const ReplayPrices& prices) {
  const ReplayCounts& counts = row.outcome.counts;
  json.open('{').member("policy", name_of(row.policy));
  json.key("rejected").real(row.rejected_per_mille / 1000.0);
  json.member("cost_usd", row.cost).key("share").real(row.share);
  json.key("drawn").open('[');
  for (const double each : row.drawn) json.real(each);
  json.close(']').member("turns", counts.turns).member("judged", counts.judged);
  json.member("rejections", counts.rejected).member("handed_over", counts.handed_over);
  json.member("verify_turns", counts.verify_turns);
  json.member("cached_verdicts", counts.cached_verdicts);
  add_bill(json, row.outcome.bill, prices);
  json.close('}');
}

void add_cache(observe::JsonBuilder& json, const CacheFigures& cache) {
  json.key("cache").open('{').member("prefix_changes", cache.changes);
  json.key("prefix_changes_cost").real(cache.changes_cost);
  json.member("compactions", cache.compactions);
  json.key("compactions_cost").real(cache.compactions_cost);
  json.key("one_hour_saves").real(cache.one_hour_saves);
  json.key("keep_alive_saves").real(cache.keep_alive_saves);
  json.member("keep_alives", cache.keep_alives).close('}');
}

}  // namespace

std::string replay_report_json(const ReplayQuestion& question, const ReplayStudy& study) {
  observe::JsonBuilder json;
  json.open('{').member("sessions", question.sessions).member("threads", study.threads);
  json.member("calls", study.counts.calls).member("turns", study.counts.turns);
  json.key("prices_usd_per_mtok").open('{');
  add_price(json, "verify", question.config.prices.verify);
  add_price(json, "draft", question.config.prices.draft);
  json.close('}').member("all_verify_usd", study.baseline);
  json.key("one_hour").boolean(question.config.verify_cache.one_hour);
  json.key("keep_alive").boolean(question.config.verify_cache.keep_alive);
  json.key("policies").open('[');
  for (const ReplayRow& row : study.rows) add_row(json, row, question.config.prices);
  json.close(']');
  add_cache(json, study.cache);
  json.key("assumed").open('[');
  for (const std::string& each : replay_assumptions(question)) json.text(each);
  json.close(']').close('}');
  return json.take();
}

}  // namespace rlm::lab
