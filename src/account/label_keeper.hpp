#pragma once
// From finished exchanges to what classes of drafts have earned, off the request path.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "account/labels_of.hpp"
#include "quality/trust_book.hpp"

namespace rlm::account {

struct LabelKeeperConfig {
  /// The file with the tables of docs/quality.md: the ledger, or one that several proxies of this
  /// machine share. Empty: labels are kept in memory only.
  std::string path;
  /// How often labels are stored and those of others are looked for.
  int pause_ms = 500;
  /// Labels that may wait while the store refuses them; the oldest are lost first.
  std::size_t waiting_max = 100'000;
  /// Labels after which the classes' standings are kept, besides at the end.
  int keep_every = 500;
};

/// Owns a thread. Labels are counted in the order in which the store holds them, whoever put them
/// there: every proxy that shares a store comes to the same standings.
class LabelKeeper {
 public:
  /// Brings `book` up to what the store holds, after adding the labels of `newest`, exchanges that
  /// a process may have left without counting them. Internal (Source::Self) when the store cannot
  /// be opened or read.
  static Result<std::unique_ptr<LabelKeeper>> open(
      LabelKeeperConfig config, std::shared_ptr<quality::TrustBook> book,
      std::function<std::string(const std::string& exchange)> class_of,
      const std::vector<ExchangeRecord>& newest);
  /// Stores and counts what waits, and keeps the standings.
  ~LabelKeeper();

  /// Takes a finished exchange's labels. Any thread; a microsecond at most.
  void see(const ExchangeRecord& record);
  /// Blocks until everything seen so far is counted, or the store has refused it. For tests and
  /// shutdown.
  void flush();

  /// Labels that were lost because the store refused too many.
  std::uint64_t lost() const;

 private:
  struct Impl;
  explicit LabelKeeper(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace rlm::account
