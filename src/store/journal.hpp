#pragma once
// The few microseconds between a client's last byte and SQLite: a memory-mapped file that survives
// kill -9.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "domain/exchange_record.hpp"

namespace rlm::store {

/// Serialises a record for the journal, and back. Versioned; decode refuses what it does not know
/// (Protocol, Source::Self).
std::string encode_record(const ExchangeRecord& record);
/// The same into a string whose memory is used again.
void encode_record(const ExchangeRecord& record, std::string& out);
Result<ExchangeRecord> decode_record(std::string_view bytes);
/// The same into a record whose memory is used again; undefined when it fails.
Result<void> decode_record(std::string_view bytes, ExchangeRecord& record);

/// A single-producer, single-consumer ring in a MAP_SHARED file. append() is a memcpy (no system
/// call), so it is done before the client's last byte is sent: whatever the kernel holds survives
/// the process (not the machine). Frames carry length and checksum; a torn frame at the end is
/// dropped at recovery.
class Journal {
 public:
  /// Creates or opens `path`; `bytes` is the ring's size (a multiple of the page size). Frames not
  /// yet released are found by drain(); as long as there are any, a file keeps the size it was
  /// created with, and opening it again once they are released gives it the new one. A file that
  /// was cut short is completed: its lost frames count as torn. Internal (Source::Self) when the
  /// file is not a journal, is damaged or of a newer version, is used by another process, or has no
  /// room on its disk.
  static Result<std::unique_ptr<Journal>> open(const std::string& path, std::size_t bytes);
  /// The same without a file: ends with the process.
  static Result<std::unique_ptr<Journal>> open_in_memory(std::size_t bytes);
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  /// Producer. False when the ring is full (the consumer is stuck): the caller counts the loss.
  bool append(std::string_view frame);
  /// Consumer. Calls `visit` for each frame not yet released, oldest first, at most `limit`;
  /// returns how many. Frames already visited are not visited again. Call release() once they are
  /// safely stored.
  std::size_t drain(std::size_t limit, const std::function<void(std::string_view frame)>& visit);
  /// Consumer. Releases everything that drain() has visited.
  void release();

  /// Consumer. True when drain() would visit nothing.
  bool drained() const;
  /// Consumer. Where the producer is, and whether drain() has come that far.
  std::uint64_t written() const;
  bool drained_to(std::uint64_t written) const { return visited_ >= written; }
  std::size_t size() const { return size_; }
  /// Consumer. Bytes that drain() gave up because a frame before or among them was torn.
  std::uint64_t torn_bytes() const { return torn_bytes_; }

 private:
  Journal() = default;
  struct Header;
  Result<std::size_t> pending_bytes(const std::string& path, std::size_t wanted) const;
  Result<void> map(const std::string& path, std::size_t ring_bytes);
  void put(std::uint64_t offset, std::string_view frame);
  std::string_view frame_at(std::uint64_t offset, std::uint64_t end) const;

  Header* header_ = nullptr;
  char* ring_ = nullptr;
  std::size_t size_ = 0;
  std::uint64_t visited_ = 0;
  std::uint64_t torn_bytes_ = 0;
  int fd_ = -1;
};

}  // namespace rlm::store
