#pragma once
// An exchange's bill: what its calls cost, and what `direct` would have cost.

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "domain/exchange_record.hpp"
#include "domain/request.hpp"
#include "money/baseline.hpp"
#include "money/price_table.hpp"
#include "money/rate_book.hpp"

namespace rlm::account {

struct AccountantConfig {
  money::BaselineConfig baseline;
  /// Price multiplier per configured endpoint in per mille, e.g. 1100 for a regional one. Absent:
  /// 1000.
  std::unordered_map<std::string, std::int64_t> per_mille_of;
};

/// The model that answers when nothing is drafted.
struct VerifyModel {
  std::string endpoint;  // the configured model's name
  std::string model;     // the upstream's model id
  /// Bytes that the verdict call appended to the client's prompt; 0: no verdict call.
  std::size_t suffix_bytes = 0;
  /// Its instruction was one by which no draft is repaired.
  bool cannot_repair = false;
  /// Tokens of the prompt as an earlier try's draft counted them, for an exchange that repeats it
  /// without a call.
  Tokens prompt_tokens = 0;
};

/// Fills in the money of a finished exchange. One for the whole process; thread-safe.
class Accountant {
 public:
  explicit Accountant(std::shared_ptr<const money::PriceTable> prices,
                      AccountantConfig config = {});
  ~Accountant();

  /// Reads the calls' roles, ends, models and usage, verdict, session, start and seen.output; sets
  /// each call's cost and price_version, the record's cost (their sum) and its baseline (cascade.md
  /// §10): SKIPPED, ACCEPTED, ENHANCED: the delivered answer's tokens after this prompt at the
  /// verify model, with the cache that a session of direct calls would have. DIRECT, FALLBACK: what
  /// the direct call cost, or less where earlier drafted exchanges left the real cache colder than
  /// that. FAILED: what a direct call cost, if any. Counting tokens is free. A model without a
  /// price (refused when the configuration is loaded) costs 0, is logged once and counted. Work
  /// off a client's path has no baseline: it makes savings smaller. After a keep-alive read that
  /// alone kept a prompt's cache, the next direct call is compared with the cold one it would have
  /// met. A few microseconds.
  void settle(ExchangeRecord& record, const RequestFacts& facts, const VerifyModel& verify);

  /// What a call to the model with this usage costs; 0 without a price.
  NanoUsd price_of(const VerifyModel& model, const Usage& usage, UnixMs when);

  /// What the verify model would charge for this prompt now, as far as its session is known. No
  /// tokens without a price.
  Usage forecast(const ExchangeRecord& record, const RequestFacts& facts,
                 const VerifyModel& verify);

  /// Calls and baselines without a price.
  std::uint64_t unpriced() const { return unpriced_.load(std::memory_order_relaxed); }
  std::size_t session_count() const;

 private:
  /// A part of the sessions with the lock that guards it.
  struct Shard;

  money::Rate rate_of(const std::string& endpoint, const std::string& model, UnixMs when);
  void price_calls(ExchangeRecord& record);
  void note_read(const ExchangeRecord& record, const RequestFacts& facts,
                 const VerifyModel& verify);
  NanoUsd baseline_of(const ExchangeRecord& record, const RequestFacts& facts,
                      const VerifyModel& verify);

  money::RateBook rates_;
  std::vector<std::unique_ptr<Shard>> shards_;
  std::atomic<std::uint64_t> unpriced_{0};
};

}  // namespace rlm::account
