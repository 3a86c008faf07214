#include "lab/replay_bill.hpp"

namespace rlm::lab {

std::string_view name_of(Purpose purpose) {
  switch (purpose) {
    case Purpose::Draft:
      return "draft";
    case Purpose::Verify:
      return "verify";
    case Purpose::HandOver:
      return "hand_over";
    case Purpose::Verdict:
      return "verdict";
    case Purpose::Redo:
      return "redo";
    case Purpose::KeepAlive:
      return "keep_alive";
  }
  return "";
}

ReplayPrices reference_prices() {
  ReplayPrices prices;
  prices.verify.input = 5'000'000;
  prices.verify.cache_write_5m = 6'250'000;
  prices.verify.cache_write_1h = 10'000'000;
  prices.verify.cache_read = 500'000;
  prices.verify.output = 25'000'000;
  prices.draft.input = prices.draft.cache_write_5m = prices.draft.cache_write_1h = 1'740'000;
  prices.draft.cache_read = 145'000;
  prices.draft.output = 3'480'000;
  return prices;
}

void Bill::add_to_last(Purpose purpose, const Usage& usage) {
  Usage& sum = entries_[index(purpose)].usage;
  sum.input += usage.input;
  sum.cache_write_5m += usage.cache_write_5m;
  sum.cache_write_1h += usage.cache_write_1h;
  sum.cache_read += usage.cache_read;
  sum.output += usage.output;
}

void Bill::add(Purpose purpose, const Usage& usage) {
  ++entries_[index(purpose)].calls;
  add_to_last(purpose, usage);
}

std::int64_t Bill::verify_answers() const {
  return calls(Purpose::Verify) + calls(Purpose::HandOver) + calls(Purpose::Redo);
}

NanoUsd Bill::cost(Purpose purpose, const ReplayPrices& prices) const {
  money::Price price = purpose == Purpose::Draft ? prices.draft : prices.verify;
  price.tier_over = 0;
  price.peak_minutes.clear();
  return money::cost_of(usage(purpose), price, UnixMs{});
}

NanoUsd Bill::cost(const ReplayPrices& prices) const {
  NanoUsd sum;
  for (std::size_t i = 0; i < kPurposeCount; ++i) sum += cost(static_cast<Purpose>(i), prices);
  return sum;
}

}  // namespace rlm::lab
