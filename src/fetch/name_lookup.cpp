#include "fetch/name_lookup.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <memory>
#include <mutex>

#include "net/event.hpp"

namespace rlm::fetch {
namespace {

namespace asio = net::asio;
using Addresses = NameLookup::Addresses;

// What a waiting coroutine and a thread of the pool share.
struct Question {
  Question(net::Worker& worker, std::string name, std::uint16_t number)
      : host(std::move(name)), port(number), answered(worker.io()), executor(worker.executor()) {}

  const std::string host;
  const std::uint16_t port;
  std::mutex mutex;
  bool is_asked = true;  // somebody waits
  Addresses found;
  net::Event answered;  // of the worker's thread
  const net::Executor executor;
};

// Whoever waited does so no more.
struct Leave {
  Question& question;
  ~Leave() {
    const std::lock_guard lock(question.mutex);
    question.is_asked = false;
  }
};

Addresses addresses_of(const std::string& host, std::uint16_t port) {
  asio::io_context own;
  asio::ip::basic_resolver<asio::ip::tcp, net::Executor> resolver(own.get_executor());
  boost::system::error_code error;
  Addresses found;
  for (const auto& entry : resolver.resolve(host, std::to_string(port), error))
    found.push_back(entry.endpoint());
  return found;
}

void look_up(const std::shared_ptr<Question>& question) {
  {
    const std::lock_guard lock(question->mutex);
    if (!question->is_asked) return;
  }
  auto found = addresses_of(question->host, question->port);
  // While it is asked, the worker lives.
  const std::lock_guard lock(question->mutex);
  if (!question->is_asked) return;
  question->found = std::move(found);
  asio::post(question->executor, [question] { question->answered.set(); });
}

}  // namespace

net::Task<Addresses> NameLookup::find(net::Worker& worker, const std::string& host,
                                      std::uint16_t port, net::StopSource& stop) {
  boost::system::error_code error;
  const auto literal = asio::ip::make_address(host, error);
  if (!error) {
    Addresses one{{literal, port}};
    co_return one;
  }
  if (waiting_ >= kWaitingMax) co_return Addresses{};
  const auto question = std::make_shared<Question>(worker, host, port);
  const Leave leave{*question};
  const auto running = asio::make_work_guard(worker.executor());
  const net::StopCallback on_stop(
      stop, [](void* q) { static_cast<Question*>(q)->answered.set(); }, question.get());
  ++waiting_;
  asio::post(pool_, [this, question] {
    --waiting_;
    look_up(question);
  });
  co_await question->answered.wait();
  Addresses found;
  if (!stop.stopped()) found = std::move(question->found);
  co_return found;
}

}  // namespace rlm::fetch
