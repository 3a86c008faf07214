#include "draft/draft_memo.hpp"

#include <openssl/evp.h>

#include "base/check.hpp"

namespace rlm::draft {
namespace {

constexpr std::size_t kEntryBytes = 512;  // of an entry beside its texts

}  // namespace

std::size_t Remembered::bytes() const {
  std::size_t sum = kEntryBytes + refused.size();
  if (draft)
    for (const ContentBlock& block : draft->answer.content) sum += block.text.size();
  if (judged) sum += judged->edits.size();
  return sum;
}

MemoKey memo_key(std::string_view cascade, Plan plan, const Request& request) {
  MemoKey key{};
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  RLM_CHECK(context != nullptr && EVP_DigestInit_ex(context, EVP_sha256(), nullptr) == 1);
  const auto add = [context](std::string_view part) {
    const std::uint64_t size = part.size();  // so that no two lists of parts read alike
    EVP_DigestUpdate(context, &size, sizeof size);
    EVP_DigestUpdate(context, part.data(), part.size());
  };
  add(cascade);
  add(name_of(plan));
  add(find_header(request.headers, "x-api-key"));
  add(find_header(request.headers, "authorization"));
  add(request.query);
  add(request.body.view());
  RLM_CHECK(EVP_DigestFinal_ex(context, key.data(), nullptr) == 1);
  EVP_MD_CTX_free(context);
  return key;
}

void DraftMemo::erase(Entries::iterator entry) {
  bytes_ -= entry->bytes;
  by_key_.erase(entry->key);
  entries_.erase(entry);
}

std::shared_ptr<const Remembered> DraftMemo::find(const MemoKey& key, SteadyTime now) {
  const std::lock_guard lock(mutex_);
  while (!entries_.empty() && entries_.front().expires <= now) erase(entries_.begin());
  const auto found = by_key_.find(key);
  return found == by_key_.end() ? nullptr : found->second->known;
}

void DraftMemo::put(const MemoKey& key, std::shared_ptr<const Remembered> known, SteadyTime now) {
  const std::size_t bytes = known->bytes();
  const std::lock_guard lock(mutex_);
  if (const auto found = by_key_.find(key); found != by_key_.end()) erase(found->second);
  if (bytes > config_.bytes_max || config_.entries_max == 0) return;
  while (entries_.size() >= config_.entries_max || bytes_ + bytes > config_.bytes_max)
    erase(entries_.begin());
  entries_.push_back({key, std::move(known), bytes, now + config_.life});
  by_key_[key] = std::prev(entries_.end());
  bytes_ += bytes;
}

void DraftMemo::forget(const MemoKey& key) {
  const std::lock_guard lock(mutex_);
  if (const auto found = by_key_.find(key); found != by_key_.end()) erase(found->second);
}

std::size_t DraftMemo::size() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

}  // namespace rlm::draft
