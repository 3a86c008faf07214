#include "account/ledger.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <vector>

#include "account/ledger_lock.hpp"
#include "account/recover_journals.hpp"
#include "base/check.hpp"
#include "base/log.hpp"
#include "store/journal.hpp"
#include "store/ledger_store.hpp"

namespace rlm::account {
namespace {

using Listeners = std::vector<std::function<void(const ExchangeRecord&)>>;

constexpr auto kDropsQuiet = std::chrono::minutes(1);  // between two lines about lost records

/// What belongs to one producing thread; on cache lines of its own.
struct alignas(64) Producer {
  std::unique_ptr<store::Journal> journal;
  std::string frame;  // scratch of write()
  std::atomic<std::uint64_t> dropped{0};
};

}  // namespace

struct Ledger::Impl {
  LedgerConfig config;
  std::optional<LedgerLock> lock_file;
  std::unique_ptr<store::LedgerStore> store;  // null: nothing is kept
  std::vector<std::unique_ptr<Producer>> producers;
  std::atomic<std::uint64_t> stored{0};
  std::atomic<std::uint64_t> damaged{0};
  std::uint64_t recovered = 0;

  std::mutex mutex;
  std::condition_variable wake;     // the ledger thread waits
  std::condition_variable flushed;  // flush() waits
  std::shared_ptr<const Listeners> listeners = std::make_shared<Listeners>();
  std::uint64_t flushes_asked = 0;
  std::uint64_t flushes_done = 0;
  bool flush_succeeded = true;  // of the last one done
  bool stopping = false;

  // Only the ledger thread's own.
  std::vector<ExchangeRecord> slots;  // memory of the batch: used again, so it costs no allocation
  std::size_t filled = 0;             // … of which these are drained and not yet stored
  int retry_ms = 0;                   // 0: the store works
  std::size_t first = 0;              // the journal that is drained first; takes turns
  std::uint64_t drops_seen = 0;
  std::chrono::steady_clock::time_point drops_quiet_until{};
  std::thread thread;

  void run();
  bool pass();
  std::span<const ExchangeRecord> batch() const { return {slots.data(), filled}; }
  void collect();
  bool store_batch();
  void tell();
  void warn_of_drops();
  std::uint64_t dropped() const;
};

/// Fills the batch from all journals.
void Ledger::Impl::collect() {
  first = (first + 1) % producers.size();
  for (std::size_t i = 0; i < producers.size() && filled < config.batch_max; ++i) {
    auto& producer = producers[(first + i) % producers.size()];
    const std::uint64_t torn_before = producer->journal->torn_bytes();
    producer->journal->drain(config.batch_max - filled, [&](std::string_view frame) {
      if (filled == slots.size()) slots.emplace_back();
      if (store::decode_record(frame, slots[filled]))
        ++filled;
      else
        damaged.fetch_add(1, std::memory_order_relaxed);
    });
    if (producer->journal->torn_bytes() != torn_before)
      damaged.fetch_add(1, std::memory_order_relaxed);
  }
}

/// Stores the batch and releases its frames (also those that could not be read); keeps it when the
/// store refuses.
bool Ledger::Impl::store_batch() {
  if (store != nullptr && filled != 0) {
    if (auto added = store->add(batch()); !added) {
      if (retry_ms == 0)
        log::error("the ledger cannot be written; records wait in the journals",
                   {{"reason", added.error().message}});
      retry_ms = std::clamp(retry_ms * 2, config.retry_ms, config.retry_ms_max);
      return false;
    }
    if (retry_ms != 0) log::info("the ledger can be written again");
  }
  retry_ms = 0;
  for (auto& producer : producers) producer->journal->release();
  stored.fetch_add(filled, std::memory_order_relaxed);
  return true;
}

void Ledger::Impl::tell() {
  std::shared_ptr<const Listeners> current;
  {
    const std::lock_guard lock(mutex);
    current = listeners;
  }
  for (const auto& listener : *current)
    for (const ExchangeRecord& record : batch()) listener(record);
  filled = 0;
}

/// Stores what the journals hold now, not what comes meanwhile; false when the store refuses.
bool Ledger::Impl::pass() {
  std::vector<std::uint64_t> ends;
  for (const auto& producer : producers) ends.push_back(producer->journal->written());
  const auto reached = [&] {
    for (std::size_t i = 0; i < ends.size(); ++i)
      if (!producers[i]->journal->drained_to(ends[i])) return false;
    return true;
  };
  // A refused batch goes first: its journals are not released before it is stored.
  while (filled != 0 || !reached()) {
    if (filled == 0) collect();
    if (!store_batch()) return false;
    tell();
  }
  return true;
}

std::uint64_t Ledger::Impl::dropped() const {
  std::uint64_t sum = 0;
  for (const auto& producer : producers) sum += producer->dropped.load(std::memory_order_relaxed);
  return sum;
}

void Ledger::Impl::warn_of_drops() {
  const std::uint64_t drops = dropped();
  const auto now = std::chrono::steady_clock::now();
  if (drops != drops_seen && now >= drops_quiet_until) {
    log::error("a journal is full: records of exchanges are lost", {{"dropped", drops}});
    drops_quiet_until = now + kDropsQuiet;
  }
  drops_seen = drops;
}

void Ledger::Impl::run() {
  std::unique_lock lock(mutex);
  while (!stopping) {
    const auto pause = std::chrono::milliseconds(retry_ms != 0 ? retry_ms : config.flush_ms);
    wake.wait_for(lock, pause, [&] { return stopping || flushes_asked != flushes_done; });
    const std::uint64_t asked = flushes_asked;
    lock.unlock();
    const bool succeeded = pass();
    warn_of_drops();
    lock.lock();
    if (asked != flushes_done) {
      flushes_done = asked;
      flush_succeeded = succeeded;
      flushed.notify_all();
    }
  }
}

Ledger::Ledger(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {
  impl_->thread = std::thread([impl = impl_.get()] { impl->run(); });
}

Ledger::~Ledger() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
  }
  impl_->wake.notify_one();
  impl_->thread.join();
  // Producers may have written after the thread's last pass.
  if (!impl_->pass())
    log::error("records stay in the journals until the next start",
               {{"ledger", impl_->config.path}});
}

Result<std::unique_ptr<Ledger>> Ledger::open(const LedgerConfig& config, int producers) {
  RLM_CHECK(producers >= 1);
  auto impl = std::make_unique<Impl>();
  impl->config = config;
  impl->config.batch_max = std::max<std::size_t>(config.batch_max, 1);
  if (!config.path.empty()) {
    auto locked = LedgerLock::take(config.path);
    if (!locked) return fail(std::move(locked.error()));
    impl->lock_file.emplace(std::move(*locked));
    auto opened = store::open_sqlite_ledger(config.path);
    if (!opened) return fail(std::move(opened.error()));
    impl->store = std::move(*opened);
    auto recovery = recover_journals(*impl->store, config.path, impl->config.batch_max);
    if (!recovery) return fail(std::move(recovery.error()));
    impl->recovered = recovery->records;
    impl->damaged = recovery->damaged;
  }
  for (int i = 0; i < producers; ++i) {
    auto journal = config.path.empty()
                       ? store::Journal::open_in_memory(config.journal_bytes)
                       : store::Journal::open(journal_path(config.path, i), config.journal_bytes);
    if (!journal) return fail(std::move(journal.error()));
    impl->producers.push_back(std::make_unique<Producer>());
    impl->producers.back()->journal = std::move(*journal);
  }
  return std::unique_ptr<Ledger>(new Ledger(std::move(impl)));
}

void Ledger::write(int producer, const ExchangeRecord& record) {
  RLM_CHECK(producer >= 0 && static_cast<std::size_t>(producer) < impl_->producers.size());
  Producer& own = *impl_->producers[static_cast<std::size_t>(producer)];
  store::encode_record(record, own.frame);
  if (!own.journal->append(own.frame)) own.dropped.fetch_add(1, std::memory_order_relaxed);
}

void Ledger::on_stored(std::function<void(const ExchangeRecord&)> listener) {
  const std::lock_guard lock(impl_->mutex);
  auto longer = std::make_shared<Listeners>(*impl_->listeners);
  longer->push_back(std::move(listener));
  impl_->listeners = std::move(longer);
}

bool Ledger::flush() {
  std::unique_lock lock(impl_->mutex);
  const std::uint64_t ticket = ++impl_->flushes_asked;
  impl_->wake.notify_one();
  impl_->flushed.wait(lock, [&] { return impl_->flushes_done >= ticket; });
  return impl_->flush_succeeded;
}

std::uint64_t Ledger::dropped() const {
  return impl_->dropped();
}
std::uint64_t Ledger::stored() const {
  return impl_->stored.load(std::memory_order_relaxed);
}
std::uint64_t Ledger::recovered() const {
  return impl_->recovered;
}
std::uint64_t Ledger::damaged() const {
  return impl_->damaged.load(std::memory_order_relaxed);
}
const std::string& Ledger::path() const {
  return impl_->config.path;
}

}  // namespace rlm::account
