#pragma once
// From finished exchanges to what classes of drafts have earned, off the request path.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "account/labels_of.hpp"
#include "quality/trust_book.hpp"
#include "store/open_labels.hpp"

namespace rlm::account {

struct LabelKeeperConfig {
  /// A file with the tables of docs/quality.md (the ledger, or one that several proxies of this
  /// machine share) or a database that several machines share. Nowhere: labels are kept in memory
  /// only.
  store::LabelPlace place;
  /// How often labels are stored and those of others are looked for.
  int pause_ms = 500;
  /// Pause before a store that has failed is opened anew: from pause_ms on, it doubles up to this.
  int retry_ms_max = 10'000;
  /// Labels that may wait while the store refuses them; the oldest are lost first.
  std::size_t waiting_max = 100'000;
  /// Labels that are added in one transaction; at least 1.
  std::size_t batch_max = 5'000;
  /// Labels after which the classes' standings are kept, besides at the end.
  int keep_every = 500;
};

/// Owns a thread. Labels are counted in the order in which the store holds them, whoever put them
/// there: every proxy that shares a store comes to the same standings. A store that fails is opened
/// anew after a pause; until then labels wait, and standings stay as they are. Its cause is logged
/// once.
class LabelKeeper {
 public:
  /// Brings `book` up to what the store holds, after adding the labels of `newest`, exchanges that
  /// a process may have left without counting them. Where the store is Unreachable or does not
  /// answer (Timeout), nothing is known of what classes have earned: `book` trusts none until the
  /// store has been read. Other errors of open_labels() come back.
  static Result<std::unique_ptr<LabelKeeper>> open(
      LabelKeeperConfig config, std::shared_ptr<quality::TrustBook> book,
      std::function<std::string(const std::string& exchange)> class_of,
      const std::vector<ExchangeRecord>& newest);
  /// Stores and counts what waits, and keeps the standings; tries once.
  ~LabelKeeper();

  /// Takes a finished exchange's labels. Any thread; a microsecond at most.
  void see(const ExchangeRecord& record);
  /// Blocks until everything seen so far is counted, or the store has refused it. For tests and
  /// shutdown.
  void flush();

  store::LabelCounts counts() const;

 private:
  struct Impl;
  explicit LabelKeeper(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace rlm::account
