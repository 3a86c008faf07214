#include "money/price_table.hpp"

#include <algorithm>
#include <chrono>
#include <limits>

#include "base/check.hpp"

extern "C" {
extern const char rlm_prices_json_begin[];
extern const char rlm_prices_json_end[];
}

namespace rlm::money {
namespace {

// 1e18 tokens at the dearest price leave the range of int64.
__extension__ using Wide = __int128;

constexpr std::int64_t kDayMs = 86'400'000;

bool matches(std::string_view glob, std::string_view text) {
  std::size_t g = 0, t = 0;
  std::size_t star = std::string_view::npos, resume = 0;
  while (t < text.size()) {
    if (g < glob.size() && glob[g] == '*') {
      star = g++;
      resume = t;
    } else if (g < glob.size() && glob[g] == text[t]) {
      ++g;
      ++t;
    } else if (star != std::string_view::npos && text[resume] != '/') {
      g = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (g < glob.size() && glob[g] == '*') ++g;
  return g == glob.size();
}

std::size_t literals_in(std::string_view glob) {
  return glob.size() - static_cast<std::size_t>(std::count(glob.begin(), glob.end(), '*'));
}

const Price* best_row(const std::vector<Price>& rows, std::string_view model, UnixMs when) {
  const Price* best = nullptr;
  std::pair<std::size_t, UnixMs> best_rank;
  for (const Price& row : rows) {
    if (!matches(row.match, model)) continue;
    const auto start = start_of(row.valid_from);
    if (!start || *start > when) continue;
    const std::pair rank{literals_in(row.match), *start};
    if (best != nullptr && rank < best_rank) continue;
    best = &row;
    best_rank = rank;
  }
  return best;
}

bool at_peak(const Price& price, UnixMs when) {
  if (price.peak_minutes.empty()) return false;
  const std::int64_t day = when.value / kDayMs;
  const std::int64_t weekday = (day + 3) % 7;  // 0 is Monday: 1970-01-01 was a Thursday
  if (weekday > 4) return false;
  const auto minute = (when.value % kDayMs) / 60'000;
  return std::any_of(price.peak_minutes.begin(), price.peak_minutes.end(),
                     [&](const auto& w) { return minute >= w.first && minute < w.second; });
}

std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
  int value = 0;
  for (const char c : text.substr(at, count)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

}  // namespace

std::optional<UnixMs> start_of(std::string_view text) {
  const bool with_time = text.size() == 17;  // 2026-08-16T16:00Z
  if (text.size() != 10 && !with_time) return std::nullopt;
  if (text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = digits(text, 0, 4), month = digits(text, 5, 2), day = digits(text, 8, 2);
  if (!year || !month || !day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  std::int64_t start = std::chrono::sys_days(date).time_since_epoch().count() * kDayMs;
  if (with_time) {
    if (text[10] != 'T' || text[13] != ':' || text[16] != 'Z') return std::nullopt;
    const auto hour = digits(text, 11, 2), minute = digits(text, 14, 2);
    if (!hour || !minute || *hour > 23 || *minute > 59) return std::nullopt;
    start += (*hour * 60 + *minute) * 60'000;
  }
  return UnixMs{start};
}

const PriceTable& PriceTable::built_in() {
  static const PriceTable table = [] {
    auto parsed = parse({rlm_prices_json_begin,
                         static_cast<std::size_t>(rlm_prices_json_end - rlm_prices_json_begin)});
    RLM_CHECK(parsed.has_value());
    return std::move(*parsed);
  }();
  return table;
}

const Price* PriceTable::find(std::string_view model, UnixMs when) const {
  for (;;) {
    if (const Price* row = best_row(rows_, model, when)) return row;
    const std::size_t cut = model.find_first_of("/.");
    if (cut == std::string_view::npos) return nullptr;
    model.remove_prefix(cut + 1);
  }
}

NanoUsd cost_of(const Usage& usage, const Price& price, UnixMs when,
                std::int64_t multiplier_per_mille) {
  const auto part = [](Tokens tokens, std::int64_t per_million) {
    return static_cast<Wide>(std::max<Tokens>(tokens, 0)) * per_million;
  };
  Wide prompt = 0;
  for (const Tokens t : {usage.input, usage.cache_write_5m, usage.cache_write_1h, usage.cache_read})
    prompt += std::max<Tokens>(t, 0);
  const bool tier = price.tier_over > 0 && prompt >= price.tier_over;
  Wide sum = part(usage.input, tier ? price.tier_input : price.input) +
             part(usage.cache_write_5m, tier ? price.tier_cache_write_5m : price.cache_write_5m) +
             part(usage.cache_write_1h, tier ? price.tier_cache_write_1h : price.cache_write_1h) +
             part(usage.cache_read, tier ? price.tier_cache_read : price.cache_read) +
             part(usage.output, tier ? price.tier_output : price.output);
  // Token counts of the world are far below this; a lying upstream's must not overflow the product.
  sum = std::min(sum, static_cast<Wide>(1) << 90);
  sum *= multiplier_per_mille;
  sum *= at_peak(price, when) ? price.peak_per_mille : 1000;
  constexpr Wide kUnit =
      1'000'000'000;  // per mille twice, and micro-dollars per MTok to nano-dollars
  const Wide nano = (sum + kUnit - 1) / kUnit;
  return {
      static_cast<std::int64_t>(std::min<Wide>(nano, std::numeric_limits<std::int64_t>::max()))};
}

}  // namespace rlm::money
