#include "account/recover_journals.hpp"

#include <algorithm>
#include <filesystem>
#include <vector>

#include "base/log.hpp"
#include "store/journal.hpp"

namespace rlm::account {
namespace {

// Only for a file that turns out to be empty, and is then removed.
constexpr std::size_t kEmptyJournalBytes = 4096;

bool is_number(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::vector<std::string> journals_beside(const std::string& ledger_path) {
  const std::filesystem::path ledger(ledger_path);
  const std::string prefix = ledger.filename().string() + ".journal.";
  std::filesystem::path folder = ledger.parent_path();
  if (folder.empty()) folder = ".";
  std::vector<std::string> found;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(prefix) && is_number(std::string_view(name).substr(prefix.size())))
      found.push_back(entry.path().string());
  }
  std::sort(found.begin(), found.end());
  return found;
}

Result<void> recover_one(store::LedgerStore& store, const std::string& path, std::size_t batch_max,
                         Recovery& recovery) {
  auto journal = store::Journal::open(path, kEmptyJournalBytes);
  if (!journal) return fail(std::move(journal.error()));
  std::vector<ExchangeRecord> batch;
  while (!(*journal)->drained()) {
    batch.clear();
    (*journal)->drain(batch_max, [&](std::string_view frame) {
      if (auto record = store::decode_record(frame))
        batch.push_back(std::move(*record));
      else
        ++recovery.damaged;
    });
    if (auto added = store.add(batch); !added) return added;
    (*journal)->release();
    recovery.records += batch.size();
  }
  if ((*journal)->torn_bytes() > 0) {
    ++recovery.damaged;
    log::warn("the end of a journal was torn and is lost",
              {{"journal", path}, {"bytes", (*journal)->torn_bytes()}});
  }
  std::error_code ignored;  // the next start finds it empty and tries again
  std::filesystem::remove(path, ignored);
  return {};
}

}  // namespace

std::string journal_path(const std::string& ledger_path, int producer) {
  return ledger_path + ".journal." + std::to_string(producer);
}

Result<Recovery> recover_journals(store::LedgerStore& store, const std::string& ledger_path,
                                  std::size_t batch_max) {
  Recovery recovery;
  for (const std::string& path : journals_beside(ledger_path))
    if (auto done = recover_one(store, path, batch_max, recovery); !done)
      return fail(std::move(done.error()));
  return recovery;
}

}  // namespace rlm::account
