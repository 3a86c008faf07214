#include "net/name_lookup.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <memory>
#include <mutex>

#include "net/event.hpp"
#include "net/worker.hpp"

namespace rlm::net {
namespace {

// What a waiting coroutine and a thread of the pool share.
struct Question {
  Question(Worker& worker, std::string name, std::uint16_t number)
      : host(std::move(name)), port(number), executor(worker.executor()) {}

  const std::string host;
  const std::uint16_t port;
  std::mutex mutex;
  bool is_asked = true;  // somebody waits
  NameLookup::Found found;
  const Executor executor;
  Event* answered = nullptr;  // of the worker's thread; null: nobody waits
};

// Whoever waited does so no more.
struct Leave {
  Question& question;
  ~Leave() {
    question.answered = nullptr;
    const std::lock_guard lock(question.mutex);
    question.is_asked = false;
  }
};

void look_up(const std::shared_ptr<Question>& question, const NameLookup::Resolve& resolve) {
  {
    const std::lock_guard lock(question->mutex);
    if (!question->is_asked) return;
  }
  auto found = resolve(question->host, question->port);
  // While it is asked, the worker lives.
  const std::lock_guard lock(question->mutex);
  if (!question->is_asked) return;
  question->found = std::move(found);
  asio::post(question->executor, [question] {
    if (question->answered != nullptr) question->answered->set();
  });
}

}  // namespace

NameLookup::NameLookup(std::size_t threads, Resolve resolve)
    : resolve_(std::move(resolve)), pool_(threads) {}

NameLookup::Found NameLookup::ask_system(const std::string& host, std::uint16_t port) {
  asio::io_context own;
  asio::ip::basic_resolver<asio::ip::tcp, Executor> resolver(own.get_executor());
  boost::system::error_code error;
  Found found;
  for (const auto& entry : resolver.resolve(host, std::to_string(port), error))
    found.addresses.push_back(entry.endpoint());
  if (error) found.why = error.message();
  return found;
}

Task<NameLookup::Found> NameLookup::find(Worker& worker, const std::string& host,
                                         std::uint16_t port, StopSource& stop) {
  Found found;
  boost::system::error_code error;
  const auto literal = asio::ip::make_address(host, error);
  if (!error) {
    found.addresses.emplace_back(literal, port);
    co_return found;
  }
  if (waiting_ >= kWaitingMax) {
    found.why = "too many names are looked up at once";
    co_return found;
  }
  const auto question = std::make_shared<Question>(worker, host, port);
  Event answered(worker.io());
  question->answered = &answered;
  const Leave leave{*question};
  const auto running = asio::make_work_guard(worker.executor());
  const StopCallback on_stop(
      stop, [](void* event) { static_cast<Event*>(event)->set(); }, &answered);
  ++waiting_;
  asio::post(pool_, [this, question] {
    --waiting_;
    look_up(question, resolve_);
  });
  co_await answered.wait();
  if (!stop.stopped()) found = std::move(question->found);
  co_return found;
}

}  // namespace rlm::net
