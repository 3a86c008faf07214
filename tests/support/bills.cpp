#include "tests/support/bills.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>

#include "store/ledger_store.hpp"

namespace rlm::test {
namespace {

std::string key_of(const std::string& model, const Usage& usage, NanoUsd cost) {
  std::string key = model;
  for (const Tokens tokens :
       {usage.input, usage.cache_write_5m, usage.cache_write_1h, usage.cache_read, usage.output})
    key += ' ' + std::to_string(tokens);
  return key + " = " + std::to_string(cost.value);
}

/// Where calls of one key were seen.
struct Sides {
  std::vector<std::string> ledger;
  std::vector<std::string> bill;
};

// Which of equal calls is the lonely one cannot be known: all of their side are named.
void append_lonely(std::string& out, const std::string& key, const Sides& sides) {
  if (sides.ledger.size() == sides.bill.size()) return;
  const bool ledger = sides.ledger.size() > sides.bill.size();
  out += key + (ledger ? ": more often in the ledger:" : ": more often on the bill:");
  for (const std::string& where : ledger ? sides.ledger : sides.bill) out += ' ' + where;
  out += '\n';
}

}  // namespace

std::vector<ExchangeRecord> records_of_file(const std::string& path) {
  const auto store = store::open_sqlite_ledger(path);
  if (!store) throw std::runtime_error(store.error().message);
  constexpr std::size_t kPage = 1'000;
  std::vector<ExchangeRecord> all;
  for (;;) {
    auto page = (*store)->recent(kPage, all.empty() ? std::string() : all.back().id);
    if (!page) throw std::runtime_error(page.error().message);
    for (ExchangeRecord& record : *page) all.push_back(std::move(record));
    if (page->size() < kPage) break;
  }
  std::reverse(all.begin(), all.end());
  return all;
}

LonelyCalls lonely_calls(const std::vector<ExchangeRecord>& records, const sim::Bill& bill) {
  std::multimap<std::string, const sim::BilledCall*> left;
  std::set<std::string> models;
  for (const sim::BilledCall& call : bill.calls) {
    left.emplace(key_of(call.model, call.usage, call.cost), &call);
    models.insert(call.model);
  }
  LonelyCalls lonely;
  for (const ExchangeRecord& record : records)
    for (const CallRecord& call : record.calls) {
      if (call.cost.value == 0 || !models.contains(call.model)) continue;
      const auto same = left.find(key_of(call.model, call.usage, call.cost));
      if (same == left.end())
        lonely.ledger.push_back(call);
      else
        left.erase(same);
    }
  for (const auto& [key, call] : left) lonely.bill.push_back(*call);
  const auto shorter = [](const auto& a, const auto& b) {
    return a.usage.prompt() < b.usage.prompt();
  };
  std::sort(lonely.ledger.begin(), lonely.ledger.end(), shorter);
  std::sort(lonely.bill.begin(), lonely.bill.end(), shorter);
  return lonely;
}

std::string unlike_calls(const std::vector<ExchangeRecord>& records,
                         const std::vector<sim::Bill>& bills) {
  std::map<std::string, Sides> calls;
  for (const ExchangeRecord& record : records)
    for (const CallRecord& call : record.calls)
      if (call.cost.value > 0)
        calls[key_of(call.model, call.usage, call.cost)].ledger.push_back(record.id);
  for (const sim::Bill& bill : bills)
    for (const sim::BilledCall& call : bill.calls)
      calls[key_of(call.model, call.usage, call.cost)].bill.push_back(
          call.request_id + "@" + std::to_string(call.when.value));
  std::string lines;
  for (const auto& [key, sides] : calls) append_lonely(lines, key, sides);
  return lines;
}

}  // namespace rlm::test
