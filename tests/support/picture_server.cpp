#include "tests/support/picture_server.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "net/event.hpp"
#include "net/http_server.hpp"

namespace rlm::test {
namespace {

std::string filled(std::string_view front, std::size_t bytes) {
  std::string file(front);
  for (std::size_t i = file.size(); i < bytes; ++i) file += static_cast<char>(i * 31 % 251);
  return file;
}

}  // namespace

std::string png(std::size_t bytes) {
  return filled("\x89PNG\r\n\x1a\n", bytes);
}
std::string pdf(std::size_t bytes) {
  return filled("%PDF-1.7\n", bytes);
}

struct PictureServer::Impl {
  explicit Impl(std::shared_ptr<net::TlsContext> context)
      : server(
            worker, [this](net::HttpTransaction& asked) { return answer(asked); }, {},
            std::move(context)) {}

  net::Task<void> answer(net::HttpTransaction& asked);
  Picture find(net::HttpTransaction& asked);
  net::Task<void> until_gone(net::HttpTransaction& asked);

  mutable std::mutex mutex;
  std::condition_variable changed;
  std::map<std::string, Picture> pictures;
  std::vector<std::string> heads;
  std::vector<std::string> targets;
  int left = 0;
  net::Worker worker;
  net::HttpServer server;
  net::TaskScope ending{worker};
  std::uint16_t port = 0;
  std::thread thread;
};

Picture PictureServer::Impl::find(net::HttpTransaction& asked) {
  const std::lock_guard lock(mutex);
  const std::string target(asked.head().target);
  targets.push_back(target);
  heads.push_back(target + "\n" + std::string(asked.head().headers.lines()));
  const auto found = pictures.find(target);
  if (found != pictures.end()) return found->second;
  Picture missing;
  missing.status = 404;
  return missing;
}

net::Task<void> PictureServer::Impl::until_gone(net::HttpTransaction& asked) {
  net::Event gone(worker.io());
  const net::StopCallback on_gone(
      asked.gone(), [](void* event) { static_cast<net::Event*>(event)->set(); }, &gone);
  co_await gone.wait();
  const std::lock_guard lock(mutex);
  ++left;
  changed.notify_all();
}

net::Task<void> PictureServer::Impl::answer(net::HttpTransaction& asked) {
  using How = Picture::How;
  const auto body_read = co_await asked.read_body(1024);
  if (!body_read) co_return;
  const Picture picture = find(asked);
  Headers headers;
  headers.add("content-type", "text/plain");  // whatever a server says
  if (!picture.location.empty()) headers.add("location", picture.location);
  if (!picture.coding.empty()) headers.add("content-encoding", picture.coding);
  const bool chunked = picture.how == How::WithoutLength || picture.how == How::Endless;
  std::optional<std::uint64_t> length = picture.body.size();
  if (picture.how == How::Stalls || picture.how == How::Cut) *length += 1000;
  if (chunked) length.reset();
  asked.begin(picture.status, headers, length);
  const bool whole = picture.how == How::Whole || picture.how == How::WithoutLength;
  bool taken = co_await asked.write(picture.body, whole);
  while (taken && picture.how == How::Endless) taken = co_await asked.write(picture.body, false);
  if (picture.how == How::Stalls) co_await until_gone(asked);
  if (!whole) asked.cut();
}

PictureServer::PictureServer(std::map<std::string, Picture> pictures,
                             const std::string& certificate_file, const std::string& key_file) {
  std::shared_ptr<net::TlsContext> tls;
  if (!certificate_file.empty()) {
    auto made = net::TlsContext::server(certificate_file, key_file);
    if (!made) throw std::runtime_error(made.error().message);
    tls = std::move(*made);
  }
  impl_ = std::make_unique<Impl>(std::move(tls));
  impl_->pictures = std::move(pictures);
  const auto port = impl_->server.listen("127.0.0.1", 0);
  if (!port) throw std::runtime_error(port.error().message);
  impl_->port = *port;
  impl_->thread = std::thread([&io = impl_->worker.io()] { io.run(); });
}

namespace {

net::Task<void> shut_down(net::HttpServer& server) {
  co_await server.shut_down(Milliseconds(0));
}

}  // namespace

PictureServer::~PictureServer() {
  Impl& impl = *impl_;
  net::asio::post(impl.worker.executor(), [&impl] { impl.ending.spawn(shut_down(impl.server)); });
  impl.thread.join();
}

std::uint16_t PictureServer::port() const {
  return impl_->port;
}

void PictureServer::put(const std::string& path, Picture picture) {
  const std::lock_guard lock(impl_->mutex);
  impl_->pictures[path] = std::move(picture);
}

std::vector<std::string> PictureServer::requests() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->heads;
}

std::size_t PictureServer::asked(const std::string& target) const {
  const std::lock_guard lock(impl_->mutex);
  const auto count = std::count(impl_->targets.begin(), impl_->targets.end(), target);
  return static_cast<std::size_t>(count);
}

bool PictureServer::wait_peer_left() {
  std::unique_lock lock(impl_->mutex);
  return impl_->changed.wait_for(lock, std::chrono::seconds(20), [&] { return impl_->left > 0; });
}

}  // namespace rlm::test
