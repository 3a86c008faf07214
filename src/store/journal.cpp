#include "store/journal.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace rlm::store {
namespace {

constexpr std::uint64_t kMagic = 0x314c4e4a4d4c52;  // "RLMJNL1"
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kHeaderBytes = 4096;
constexpr std::size_t kRingBytesMax = std::size_t{1} << 32;
// Once everything is stored, appending starts over at the front: few pages stay hot, and fewer are
// written back.
constexpr std::size_t kHotBytes = 256u << 10;

struct Frame {
  std::uint32_t length;  // of the bytes behind it; kWrap: go on at the ring's beginning
  std::uint32_t checksum;
};
constexpr std::uint32_t kWrap = 0xffffffff;

std::size_t room_of(std::size_t length) {
  return (sizeof(Frame) + length + 7) & ~std::size_t{7};
}

/// The offset is part of it: what an earlier lap left in the same place is no frame.
std::uint32_t checksum_of(std::uint64_t offset, std::string_view bytes) {
  return static_cast<std::uint32_t>(XXH3_64bits_withSeed(
      bytes.data(), bytes.size(), offset * 0x9e3779b97f4a7c15u + bytes.size()));
}

bool is_ring_size(std::size_t bytes) {
  return bytes != 0 && bytes % kHeaderBytes == 0 && bytes <= kRingBytesMax;
}

tl::unexpected<Error> refuse(const std::string& path, const std::string& what) {
  return fail(ErrorKind::Internal, Source::Self, "journal " + path + ": " + what);
}

tl::unexpected<Error> refuse_errno(const std::string& path, const char* doing, int error) {
  return refuse(path, std::string(doing) + ": " + std::strerror(error));
}

}  // namespace

/// The file's first page. Producer and consumer each write a line of their own.
struct Journal::Header {
  std::uint64_t magic;
  std::uint32_t version;
  std::uint32_t unused;
  std::uint64_t size;
  alignas(64) std::atomic<std::uint64_t> written;   // producer; counts up for ever
  alignas(64) std::atomic<std::uint64_t> released;  // consumer; never passes written
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free,
              "shared with a process that may be gone");

Journal::~Journal() {
  if (header_ != nullptr) ::munmap(static_cast<void*>(header_), kHeaderBytes + size_);
  if (fd_ >= 0) ::close(fd_);
}

Result<std::unique_ptr<Journal>> Journal::open(const std::string& path, std::size_t bytes) {
  if (!is_ring_size(bytes))
    return refuse(path, "its size must be a multiple of 4096 and at most 4 GiB");
  std::unique_ptr<Journal> journal(new Journal);
  journal->fd_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (journal->fd_ < 0) return refuse_errno(path, "cannot be opened", errno);
  if (::flock(journal->fd_, LOCK_EX | LOCK_NB) != 0)
    return refuse(path, "in use by another process; give each its own ledger path");
  const auto pending = journal->pending_bytes(path, bytes);
  if (!pending) return fail(pending.error());
  // Nothing in it: begin anew, also with another size.
  if (*pending == 0 && ::ftruncate(journal->fd_, 0) != 0)
    return refuse_errno(path, "cannot be emptied", errno);
  if (auto mapped = journal->map(path, *pending == 0 ? bytes : *pending); !mapped)
    return fail(std::move(mapped.error()));
  return journal;
}

Result<std::unique_ptr<Journal>> Journal::open_in_memory(std::size_t bytes) {
  if (!is_ring_size(bytes))
    return refuse("in memory", "its size must be a multiple of 4096 and at most 4 GiB");
  std::unique_ptr<Journal> journal(new Journal);
  if (auto mapped = journal->map("in memory", bytes); !mapped)
    return fail(std::move(mapped.error()));
  return journal;
}

/// The ring size of a file that holds frames not yet released; 0 when there are none.
Result<std::size_t> Journal::pending_bytes(const std::string& path, std::size_t wanted) const {
  Header found{};
  struct stat status {};
  const ssize_t got = ::pread(fd_, static_cast<void*>(&found), sizeof found, 0);
  if (got < 0 || ::fstat(fd_, &status) != 0) return refuse_errno(path, "cannot be read", errno);
  const std::uint64_t written = found.written, released = found.released;
  // A process killed while it created the file leaves its head empty or unfinished.
  if (found.magic == 0 && written == 0 && released == 0 &&
      status.st_size <= static_cast<off_t>(kHeaderBytes + wanted))
    return 0;
  if (got < static_cast<ssize_t>(sizeof found) || found.magic != kMagic)
    return refuse(path, "not a journal of this program; move it away");
  if (found.version != kVersion) return refuse(path, "written by another version of this program");
  if (!is_ring_size(found.size) || released > written || written - released > found.size ||
      (written | released) % 8 != 0)
    return refuse(path, "its head is damaged; move it away");
  return written == released ? 0 : found.size;
}

Result<void> Journal::map(const std::string& path, std::size_t ring_bytes) {
  const std::size_t total = kHeaderBytes + ring_bytes;
  // Every block is reserved now: writing to a mapped hole on a full disk would be a SIGBUS later.
  const int error = fd_ < 0 ? 0 : ::posix_fallocate(fd_, 0, static_cast<off_t>(total));
  if (error != 0) return refuse_errno(path, "no room", error);
  const int flags = MAP_SHARED | (fd_ < 0 ? MAP_ANONYMOUS : 0);
  void* mapped = ::mmap(nullptr, total, PROT_READ | PROT_WRITE, flags, fd_, 0);
  if (mapped == MAP_FAILED) return refuse_errno(path, "cannot be mapped", errno);
  header_ = static_cast<Header*>(mapped);
  ring_ = static_cast<char*>(mapped) + kHeaderBytes;
  size_ = ring_bytes;
  if (header_->magic == 0) {
    header_->size = ring_bytes;
    header_->version = kVersion;
    // Last: until then the file counts as unfinished.
    std::atomic_ref(header_->magic).store(kMagic, std::memory_order_release);
  }
  visited_ = header_->released.load(std::memory_order_relaxed);
  return {};
}

void Journal::put(std::uint64_t offset, std::string_view frame) {
  char* at = ring_ + offset % size_;
  const Frame head{static_cast<std::uint32_t>(frame.size()), checksum_of(offset, frame)};
  std::memcpy(at + sizeof head, frame.data(), frame.size());
  std::memcpy(at, &head, sizeof head);
}

bool Journal::append(std::string_view frame) {
  const std::size_t room = room_of(frame.size());
  if (frame.empty() || room > size_ / 2) return false;
  std::uint64_t offset = header_->written.load(std::memory_order_relaxed);
  const std::uint64_t released = header_->released.load(std::memory_order_acquire);
  const std::size_t place = offset % size_;
  const std::size_t to_end = size_ - place;
  const bool start_over = offset == released && place >= kHotBytes && room <= place;
  const std::size_t skipped = room > to_end || start_over ? to_end : 0;
  if (offset + skipped + room - released > size_) return false;
  if (skipped != 0) {
    const Frame wrap{kWrap, checksum_of(offset, {})};
    std::memcpy(ring_ + place, &wrap, sizeof wrap);
    offset += skipped;
  }
  put(offset, frame);
  // Published last: a process that dies before this line has appended nothing.
  header_->written.store(offset + room, std::memory_order_release);
  return true;
}

/// The frame that begins at `offset`; empty when it is torn.
std::string_view Journal::frame_at(std::uint64_t offset, std::uint64_t end) const {
  const std::size_t place = offset % size_;
  Frame head;
  std::memcpy(&head, ring_ + place, sizeof head);
  const std::size_t room = room_of(head.length);
  if (head.length == 0 || room > end - offset || room > size_ - place) return {};
  const std::string_view frame(ring_ + place + sizeof head, head.length);
  return head.checksum == checksum_of(offset, frame) ? frame : std::string_view();
}

std::size_t Journal::drain(std::size_t limit,
                           const std::function<void(std::string_view frame)>& visit) {
  const std::uint64_t end = header_->written.load(std::memory_order_acquire);
  std::size_t count = 0;
  while (count < limit && visited_ != end) {
    const std::size_t place = visited_ % size_;
    Frame head;
    std::memcpy(&head, ring_ + place, sizeof head);
    if (head.length == kWrap && head.checksum == checksum_of(visited_, {}) &&
        size_ - place < end - visited_) {
      visited_ += size_ - place;
      continue;
    }
    const std::string_view frame = frame_at(visited_, end);
    if (frame.empty()) {
      // Where the next frame would begin is unknown.
      torn_bytes_ += end - visited_;
      visited_ = end;
      break;
    }
    visit(frame);
    visited_ += room_of(frame.size());
    ++count;
  }
  return count;
}

void Journal::release() {
  header_->released.store(visited_, std::memory_order_release);
}

std::uint64_t Journal::written() const {
  return header_->written.load(std::memory_order_acquire);
}

bool Journal::drained() const {
  return drained_to(written());
}

}  // namespace rlm::store
