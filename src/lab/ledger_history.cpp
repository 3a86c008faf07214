#include "lab/ledger_history.hpp"

#include <string_view>
#include <unordered_map>

namespace rlm::lab {

namespace {

using Places = std::unordered_map<std::string_view, std::size_t>;

Places places_of(const std::vector<RecordedExchange>& exchanges) {
  Places places;
  for (std::size_t i = 0; i < exchanges.size(); ++i) places.emplace(exchanges[i].client->id, i);
  return places;
}

}  // namespace

std::vector<RecordedExchange> LedgerHistory::exchanges() const {
  std::vector<RecordedExchange> exchanges;
  for (auto record = records_.rbegin(); record != records_.rend(); ++record)
    if (record->occasion == Occasion::Client) exchanges.push_back({&*record});
  const Places places = places_of(exchanges);
  for (const ExchangeRecord& record : records_) {
    const auto found = places.find(record.follows);
    if (record.occasion == Occasion::Client || found == places.end()) continue;
    RecordedExchange& exchange = exchanges[found->second];
    exchange.asides.push_back(&record);
    if (record.verdict == Verdict::Failed) continue;
    if (record.occasion == Occasion::Shadow) exchange.shadow = &record;
    if (record.occasion == Occasion::Audit && record.judgement != Judgement::None)
      exchange.audit = &record;
  }
  return exchanges;
}

std::vector<const ExchangeRecord*> LedgerHistory::orphans() const {
  std::vector<const ExchangeRecord*> orphans;
  const auto known = exchanges();
  const Places places = places_of(known);
  for (const ExchangeRecord& record : records_)
    if (record.occasion != Occasion::Client && !places.contains(record.follows))
      orphans.push_back(&record);
  return orphans;
}

}  // namespace rlm::lab
