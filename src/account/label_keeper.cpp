#include "account/label_keeper.hpp"

#include <algorithm>
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

  mutable std::mutex mutex;
  std::condition_variable wake;
  std::condition_variable counted;
  std::deque<Label> waiting;
  std::uint64_t lost = 0;
  std::uint64_t flushes_asked = 0;
  std::uint64_t flushes_done = 0;
  bool reachable = true;
  bool stopping = false;

  // Only the thread's own.
  std::unique_ptr<store::LabelStore> store;  // null: not open, or it failed
  bool restored = false;                     // the book has what the store held
  std::int64_t upto = 0;                     // the number of the last label that was counted
  int since_kept = 0;
  int retry_ms = 0;  // 0: the store works
  std::string told;  // the failure that was logged last
  std::uint64_t lost_before = 0;
  bool loss_told = false;
  std::thread thread;

  bool has_store() const { return !config.place.where.empty(); }
  void see(const ExchangeRecord& record);
  void run();
  bool pass();
  Result<void> work();
  Result<void> open_store();
  std::vector<Label> take();
  void put_back(std::vector<Label>& labels);
  void trim();
  Result<void> store_labels(std::vector<Label>& labels);
  void count(const Label& label);
  Result<void> count_stored();
  Result<void> keep();
  void failed(const Error& error);
  void succeeded();
};

void LabelKeeper::Impl::see(const ExchangeRecord& record) {
  auto own = own_label(record, sources);
  auto outcome = outcome_label(record, sources);
  if (!own && !outcome) return;
  const std::lock_guard lock(mutex);
  for (auto* label : {&own, &outcome})
    if (*label) waiting.push_back(std::move(**label));
  trim();
}

/// Under the lock.
void LabelKeeper::Impl::trim() {
  while (waiting.size() > config.waiting_max) {
    waiting.pop_front();
    ++lost;
  }
}

std::vector<Label> LabelKeeper::Impl::take() {
  const std::lock_guard lock(mutex);
  const auto count = static_cast<std::ptrdiff_t>(std::min(waiting.size(), config.batch_max));
  const auto end = waiting.begin() + count;
  std::vector<Label> labels(std::make_move_iterator(waiting.begin()), std::make_move_iterator(end));
  waiting.erase(waiting.begin(), end);
  return labels;
}

void LabelKeeper::Impl::put_back(std::vector<Label>& labels) {
  const std::lock_guard lock(mutex);
  waiting.insert(waiting.begin(), std::make_move_iterator(labels.begin()),
                 std::make_move_iterator(labels.end()));
  trim();
}

/// Logs each cause once: while it lasts, there is nothing new to say.
void LabelKeeper::Impl::failed(const Error& error) {
  store.reset();
  retry_ms = retry_ms == 0 ? config.pause_ms : std::min(2 * retry_ms, config.retry_ms_max);
  std::uint64_t lost_now = 0;
  {
    const std::lock_guard lock(mutex);
    reachable = false;
    lost_now = lost;
  }
  if (error.message != told)
    log::error(restored ? "labels cannot be stored; they wait in memory"
                        : "what classes have earned cannot be read; until it can, none is trusted",
               {{"reason", error.message}});
  told = error.message;
  if (lost_now == lost_before || loss_told) return;
  loss_told = true;
  log::error("too many labels wait for their store: the oldest are lost until it takes them again",
             {{"waiting_max", config.waiting_max}, {"reason", error.message}});
}

void LabelKeeper::Impl::succeeded() {
  std::uint64_t lost_now = 0;
  {
    const std::lock_guard lock(mutex);
    reachable = true;
    lost_now = lost;
  }
  if (retry_ms != 0)
    log::info("labels can be stored again", {{"lost_meanwhile", lost_now - lost_before}});
  retry_ms = 0;
  told.clear();
  lost_before = lost_now;
  loss_told = false;
}

Result<void> LabelKeeper::Impl::open_store() {
  if (store != nullptr) return {};
  auto opened = store::open_labels(config.place);
  if (!opened) return fail(std::move(opened.error()));
  if (!restored) {
    auto trust = store::restore_trust(**opened, *book);
    if (!trust) return fail(std::move(trust.error()));
    name_damage(trust->named);
    upto = trust->upto;
    restored = true;
    book->set_known(true);
  }
  store = std::move(*opened);
  return {};
}

Result<void> LabelKeeper::Impl::store_labels(std::vector<Label>& labels) {
  const auto added = store->add(labels);
  if (added) return {};
  if (added.error().kind != ErrorKind::BadRequest) {
    put_back(labels);
    return fail(added.error());
  }
  // One of them keeps the others out.
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const auto alone = store->add({labels[i]});
    if (alone) continue;
    if (alone.error().kind != ErrorKind::BadRequest) {
      labels.erase(labels.begin(), labels.begin() + static_cast<std::ptrdiff_t>(i));
      put_back(labels);
      return fail(alone.error());
    }
    log::warn("a label cannot be stored and is lost", {{"reason", alone.error().message}});
    const std::lock_guard lock(mutex);
    ++lost;
  }
  return {};
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
Result<void> LabelKeeper::Impl::count_stored() {
  std::vector<Label> labels;
  std::vector<std::string> damaged;
  const auto read = store->read(
      upto, [&labels](std::int64_t, const Label& label) { labels.push_back(label); },
      [&damaged](const std::string& row) { damaged.push_back(row); });
  if (!read) return fail(read.error());
  upto = *read;
  for (const Label& label : labels) count(label);
  name_damage(damaged);
  return {};
}

Result<void> LabelKeeper::Impl::keep() {
  since_kept = 0;
  return store::keep_trust(*store, *book, upto);
}

Result<void> LabelKeeper::Impl::work() {
  if (has_store())
    if (auto opened = open_store(); !opened) return opened;
  for (auto labels = take(); !labels.empty(); labels = take()) {
    if (!has_store())
      for (const Label& label : labels) count(label);
    else if (auto stored = store_labels(labels); !stored)
      return stored;
  }
  if (!has_store()) return {};
  if (auto done = count_stored(); !done) return done;
  return since_kept >= config.keep_every ? keep() : Result<void>();
}

bool LabelKeeper::Impl::pass() {
  const auto done = work();
  if (done)
    succeeded();
  else
    failed(done.error());
  return done.has_value();
}

void LabelKeeper::Impl::run() {
  std::unique_lock lock(mutex);
  while (!stopping) {
    wake.wait_for(lock, std::chrono::milliseconds(retry_ms != 0 ? retry_ms : config.pause_ms),
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
  // What was seen after the thread's last pass.
  if (impl_->pass() && impl_->has_store())
    if (const auto kept = impl_->keep(); !kept) impl_->failed(kept.error());
  if (const auto left = impl_->waiting.size(); left != 0)
    log::error(
        "labels were not stored; those of the ledger's newest exchanges are added when the "
        "proxy starts again",
        {{"labels", left}, {"reason", impl_->told}});
}

Result<std::unique_ptr<LabelKeeper>> LabelKeeper::open(
    LabelKeeperConfig config, std::shared_ptr<quality::TrustBook> book,
    std::function<std::string(const std::string& exchange)> class_of,
    const std::vector<ExchangeRecord>& newest) {
  auto impl = std::make_unique<Impl>();
  impl->config = std::move(config);
  impl->config.batch_max = std::max<std::size_t>(impl->config.batch_max, 1);
  impl->book = std::move(book);
  impl->sources.class_of = std::move(class_of);
  impl->sources.audit_share = [book = impl->book.get()](const std::string& class_name) {
    return book->standing_of(class_name).audit_share;
  };
  if (impl->has_store()) {
    impl->book->set_known(false);
    if (const auto opened = impl->open_store(); !opened) {
      const auto kind = opened.error().kind;
      if (kind != ErrorKind::Unreachable && kind != ErrorKind::Timeout) return fail(opened.error());
      impl->failed(opened.error());
    }
  }
  // Labels are added in the order of time; those that the store has already are passed over.
  for (auto record = newest.rbegin(); record != newest.rend(); ++record) impl->see(*record);
  if (impl->retry_ms == 0) impl->pass();
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

store::LabelCounts LabelKeeper::counts() const {
  const std::lock_guard lock(impl_->mutex);
  return {impl_->waiting.size(), impl_->lost, impl_->reachable};
}

}  // namespace rlm::account
