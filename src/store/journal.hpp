#pragma once
// The few microseconds between a client's last byte and SQLite: a memory-mapped file that survives kill -9.

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "domain/exchange_record.hpp"

namespace rlm::store {

/// Serialises a record for the journal, and back. Versioned; decode refuses what it does not know (Protocol, Source::Self).
std::string encode_record(const ExchangeRecord& record);
Result<ExchangeRecord> decode_record(std::string_view bytes);

/// A single-producer, single-consumer ring in a MAP_SHARED file. append() is a memcpy (no system call), so it is done before the client's last
/// byte is sent: whatever the kernel holds survives the process (not the machine). Frames carry length and checksum; a torn frame at
/// the end is dropped at recovery.
class Journal {
 public:
  /// Creates or opens `path`; `bytes` is the ring's size (a multiple of the page size). Frames not yet released are found by drain().
  static Result<std::unique_ptr<Journal>> open(const std::string& path, std::size_t bytes);
  ~Journal();

  /// Producer. False when the ring is full (the consumer is stuck): the caller counts the loss.
  bool append(std::string_view frame);
  /// Consumer. Calls `visit` for each frame not yet released, oldest first, at most `limit`; returns how many. Call release() once they are
  /// safely stored.
  std::size_t drain(std::size_t limit, const std::function<void(std::string_view frame)>& visit);
  /// Consumer. Releases everything that drain() has visited.
  void release();

 private:
  Journal() = default;
  struct Header;
  Header* header_ = nullptr;
  char* ring_ = nullptr;
  std::size_t size_ = 0;
  std::uint64_t visited_ = 0;
  int fd_ = -1;
};

}  // namespace rlm::store
