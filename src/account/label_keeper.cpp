#include "account/label_keeper.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "base/log.hpp"
#include "store/restore_trust.hpp"

namespace rlm::account {
namespace {

using quality::Label;

void name_damage(const std::vector<std::string>& rows) {
  for (const auto& row : rows) log::warn("a row of the label store is passed over", {{"row", row}});
}

}  // namespace

struct LabelKeeper::Impl {
  LabelKeeperConfig config;
  std::shared_ptr<quality::TrustBook> book;
  LabelSources sources;
  std::unique_ptr<store::LabelStore> store;  // null: in memory only
  std::atomic<std::uint64_t> lost{0};

  std::mutex mutex;
  std::condition_variable wake;
  std::condition_variable counted;
  std::deque<Label> waiting;
  std::uint64_t flushes_asked = 0;
  std::uint64_t flushes_done = 0;
  bool stopping = false;

  // Only the thread's own.
  std::int64_t upto = 0;  // the number of the last label that was counted
  int since_kept = 0;
  bool refused = false;  // the store did not take the last labels
  std::thread thread;

  void see(const ExchangeRecord& record);
  void run();
  void pass();
  bool store_labels(std::vector<Label>& labels);
  void count(const Label& label);
  void count_stored();
  void keep();
  void warn(const Error& error);
};

void LabelKeeper::Impl::see(const ExchangeRecord& record) {
  auto own = own_label(record, sources);
  auto outcome = outcome_label(record, sources);
  if (!own && !outcome) return;
  const std::lock_guard lock(mutex);
  for (auto* label : {&own, &outcome})
    if (*label) waiting.push_back(std::move(**label));
  while (waiting.size() > config.waiting_max) {
    waiting.pop_front();
    lost.fetch_add(1, std::memory_order_relaxed);
  }
}

void LabelKeeper::Impl::warn(const Error& error) {
  if (!refused)
    log::error("labels cannot be stored; they wait in memory", {{"reason", error.message}});
  refused = true;
}

bool LabelKeeper::Impl::store_labels(std::vector<Label>& labels) {
  if (const auto added = store->add(labels); !added) {
    warn(added.error());
    const std::lock_guard lock(mutex);
    waiting.insert(waiting.begin(), std::make_move_iterator(labels.begin()),
                   std::make_move_iterator(labels.end()));
    return false;
  }
  if (refused) log::info("labels can be stored again");
  refused = false;
  return true;
}

void LabelKeeper::Impl::count(const Label& label) {
  const auto change = book->add(label);
  ++since_kept;
  if (!change) return log::warn("a label is passed over", {{"reason", change.error().message}});
  if (!*change) return;
  log::warn("a class of drafts has changed its standing", {{"class", (*change)->class_name},
                                                           {"from", name_of((*change)->from)},
                                                           {"to", name_of((*change)->to)}});
}

// The store's order is everyone's: another proxy's labels may stand before ours. All are read
// before any counts: what a reading that fails has seen comes again with the next.
void LabelKeeper::Impl::count_stored() {
  std::vector<Label> labels;
  std::vector<std::string> damaged;
  const auto read = store->read(
      upto, [&labels](std::int64_t, const Label& label) { labels.push_back(label); },
      [&damaged](const std::string& row) { damaged.push_back(row); });
  if (!read) return warn(read.error());
  upto = *read;
  for (const Label& label : labels) count(label);
  name_damage(damaged);
}

void LabelKeeper::Impl::keep() {
  since_kept = 0;
  if (const auto kept = store::keep_trust(*store, *book, upto); !kept) warn(kept.error());
}

void LabelKeeper::Impl::pass() {
  std::vector<Label> labels;
  {
    const std::lock_guard lock(mutex);
    labels.assign(std::make_move_iterator(waiting.begin()), std::make_move_iterator(waiting.end()));
    waiting.clear();
  }
  if (store == nullptr) {
    for (const Label& label : labels) count(label);
    return;
  }
  if (!labels.empty() && !store_labels(labels)) return;
  count_stored();
  if (since_kept >= config.keep_every) keep();
}

void LabelKeeper::Impl::run() {
  std::unique_lock lock(mutex);
  while (!stopping) {
    wake.wait_for(lock, std::chrono::milliseconds(config.pause_ms),
                  [&] { return stopping || flushes_asked != flushes_done; });
    const std::uint64_t asked = flushes_asked;
    lock.unlock();
    pass();
    lock.lock();
    flushes_done = asked;
    counted.notify_all();
  }
}

LabelKeeper::LabelKeeper(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {
  impl_->thread = std::thread([impl = impl_.get()] { impl->run(); });
}

LabelKeeper::~LabelKeeper() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
  }
  impl_->wake.notify_one();
  impl_->thread.join();
  impl_->pass();  // what was seen after the thread's last pass
  if (impl_->store != nullptr) impl_->keep();
}

Result<std::unique_ptr<LabelKeeper>> LabelKeeper::open(
    LabelKeeperConfig config, std::shared_ptr<quality::TrustBook> book,
    std::function<std::string(const std::string& exchange)> class_of,
    const std::vector<ExchangeRecord>& newest) {
  auto impl = std::make_unique<Impl>();
  impl->config = std::move(config);
  impl->book = std::move(book);
  impl->sources.class_of = std::move(class_of);
  impl->sources.audit_share = [book = impl->book.get()](const std::string& class_name) {
    return book->standing_of(class_name).audit_share;
  };
  if (!impl->config.path.empty()) {
    auto store = store::open_sqlite_labels(impl->config.path);
    if (!store) return fail(std::move(store.error()));
    impl->store = std::move(*store);
    auto restored = store::restore_trust(*impl->store, *impl->book);
    if (!restored) return fail(std::move(restored.error()));
    name_damage(restored->named);
    impl->upto = restored->upto;
  }
  // Labels are added in the order of time; those that the store has already are passed over.
  for (auto record = newest.rbegin(); record != newest.rend(); ++record) impl->see(*record);
  impl->pass();
  return std::unique_ptr<LabelKeeper>(new LabelKeeper(std::move(impl)));
}

void LabelKeeper::see(const ExchangeRecord& record) {
  impl_->see(record);
}

void LabelKeeper::flush() {
  std::unique_lock lock(impl_->mutex);
  const std::uint64_t ticket = ++impl_->flushes_asked;
  impl_->wake.notify_one();
  impl_->counted.wait(lock, [&] { return impl_->flushes_done >= ticket; });
}

std::uint64_t LabelKeeper::lost() const {
  return impl_->lost.load(std::memory_order_relaxed);
}

}  // namespace rlm::account
