#include "net/poller.hpp"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "base/check.hpp"

namespace rlm::net {

Descriptor::Descriptor(Poller& poller, int fd) : poller_(&poller), fd_(fd) {
  if (is_open()) poller.add(*this);
}

bool Descriptor::need_not_wait(Direction direction) {
  const bool nothing_to_wait_for = direction == Direction::Read ? hung_up_ : broken_;
  return slot(direction).ready || nothing_to_wait_for || !is_open() || poller_ == nullptr;
}

void Descriptor::keep(Slot& slot, Resume waiter) {
  RLM_CHECK(!slot.waiter);
  poller_->waits_begin();
  slot.waiter.emplace(std::move(waiter));
}

std::optional<Resume> Descriptor::take_waiter(Slot& slot) {
  std::optional<Resume> resume = std::exchange(slot.waiter, std::nullopt);
  if (resume) poller_->waits_end();
  return resume;
}

void Descriptor::wake() {
  for (Slot& one : slots_)
    if (auto resume = take_waiter(one)) asio::post(poller_->io_, std::move(*resume));
}

void Descriptor::on_hang_up(Listener listener, void* context) {
  if (poller_ == nullptr) return;
  if (!is_open()) listener = nullptr;
  // Whoever listens needs the events as whoever waits does.
  if (listener != nullptr && listener_ == nullptr) poller_->waits_begin();
  if (listener == nullptr && listener_ != nullptr) poller_->waits_end();
  listener_ = listener;
  listener_context_ = context;
  if (hung_up_ && listener_ != nullptr) listener_(listener_context_);
}

// Called by the poller alone, so its waiters go on at once. The first of them may destroy this.
void Descriptor::on_events(std::uint32_t events) {
  broken_ = broken_ || (events & (EPOLLHUP | EPOLLERR)) != 0;
  const bool lost = broken_ || (events & EPOLLRDHUP) != 0;
  Slot& reading = slot(Direction::Read);
  Slot& writing = slot(Direction::Write);
  if (lost || (events & EPOLLIN) != 0) reading.ready = true;
  if (broken_ || (events & EPOLLOUT) != 0) writing.ready = true;
  auto writer = writing.ready ? take_waiter(writing) : std::nullopt;
  if (writer) asio::post(poller_->io_, std::move(*writer));
  if (lost && !std::exchange(hung_up_, true) && listener_ != nullptr) {
    if (reading.waiter) asio::post(poller_->io_, std::move(*take_waiter(reading)));
    listener_(listener_context_);
  } else if (auto reader = reading.ready ? take_waiter(reading) : std::nullopt) {
    (*reader)();
  }
}

void Descriptor::close() {
  if (!is_open()) return;
  on_hang_up(nullptr, nullptr);
  if (poller_ != nullptr) poller_->remove(*this);
  ::close(fd_);
  fd_ = -1;
  wake();
}

Poller::Poller(asio::io_context& io, LoopClock& clock)
    : io_(io), clock_(clock), epoll_(io.get_executor()) {
  const int fd = ::epoll_create1(EPOLL_CLOEXEC);
  RLM_CHECK(fd >= 0);
  epoll_.assign(fd);
}

// A waiter owns the coroutine that owns its descriptor: left alone, they would keep each other.
Poller::~Poller() {
  std::vector<Resume> abandoned;
  for (Descriptor* one = first_; one != nullptr; one = one->next_) {
    for (Descriptor::Slot& slot : one->slots_)
      if (slot.waiter) abandoned.push_back(std::move(*std::exchange(slot.waiter, std::nullopt)));
    one->poller_ = nullptr;
  }
}

void Poller::add(Descriptor& descriptor) {
  epoll_event wanted{};
  wanted.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  wanted.data.ptr = &descriptor;
  descriptor.next_ = first_;
  if (first_ != nullptr) first_->previous_ = &descriptor;
  first_ = &descriptor;
  // Out of memory is the one way to fail; the connection then never becomes ready and times out.
  static_cast<void>(::epoll_ctl(epoll_.native_handle(), EPOLL_CTL_ADD, descriptor.fd(), &wanted));
}

void Poller::remove(Descriptor& descriptor) {
  (descriptor.previous_ != nullptr ? descriptor.previous_->next_ : first_) = descriptor.next_;
  if (descriptor.next_ != nullptr) descriptor.next_->previous_ = descriptor.previous_;
  // Closing the descriptor takes it out of the kernel's set; events already fetched are ours.
  for (int i = 0; i < batch_size_; ++i)
    if (batch_[static_cast<std::size_t>(i)].data.ptr == &descriptor)
      batch_[static_cast<std::size_t>(i)].data.ptr = nullptr;
}

void Poller::waits_begin() {
  ++waits_;
  if (!dispatching_) arm();
}

void Poller::waits_end() {
  // An armed poller without a waiter would keep the loop from ending.
  if (--waits_ == 0 && armed_ && !dispatching_) epoll_.cancel();
}

void Poller::arm() {
  if (std::exchange(armed_, true)) return;
  epoll_.async_wait(asio::posix::descriptor_base::wait_read,
                    [this](const boost::system::error_code& error) {
                      armed_ = false;
                      if (!error) return dispatch();
                      // Cancelled, but somebody began to wait before that was carried out.
                      if (waits_ > 0 && error == asio::error::operation_aborted) arm();
                    });
}

void Poller::dispatch() {
  dispatching_ = true;
  batch_size_ = std::max(0, ::epoll_wait(epoll_.native_handle(), batch_.data(), kBatch, 0));
  for (int i = 0; i < batch_size_; ++i) {
    const epoll_event& event = batch_[static_cast<std::size_t>(i)];
    clock_.hold();
    if (event.data.ptr != nullptr)
      static_cast<Descriptor*>(event.data.ptr)->on_events(event.events);
  }
  batch_size_ = 0;
  while (!later_.empty()) {
    due_.swap(later_);
    for (Resume& resume : due_) {
      clock_.hold();
      resume();
    }
    due_.clear();
  }
  clock_.release();
  dispatching_ = false;
  if (waits_ > 0) arm();
}

}  // namespace rlm::net
