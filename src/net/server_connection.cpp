#include "net/server_connection.hpp"

#include <array>

#include "base/log.hpp"

namespace rlm::net {

ServerConnection::ServerConnection(HttpServer& server, Worker& worker, Socket socket)
    : server_(server), stream_(worker, std::move(socket)), input_(worker.scratch()) {
  server_.connections_.insert(this);
}

ServerConnection::~ServerConnection() {
  if (!is_left_) server_.connections_.erase(this);
}

void ServerConnection::finish_soon() {
  finish_soon_ = true;
  if (active_ == nullptr) stream_.close();
}

void ServerConnection::cut() {
  if (active_ != nullptr) active_->gone().request_stop();
  stream_.close(true);
}

void ServerConnection::watch() {
  stream_.on_hang_up(
      [](void* self) {
        auto* active = static_cast<ServerConnection*>(self)->active_;
        if (active != nullptr) active->gone().request_stop();
      },
      this);
}

Task<ServerConnection::Next> ServerConnection::read_head(RequestHead& head, SteadyTime& started) {
  // Enough for a usual head and a small body. What is left of a large one goes straight to its
  // place.
  static constexpr std::size_t kHeadRead = 4096;
  char* const scratch = stream_.worker().scratch().data();
  bool begun = !input_.empty();
  stream_.set_deadline(begun ? server_.config_.head_timeout : server_.config_.keep_alive_idle);
  for (;;) {
    const auto length = head_length(input_.view(), server_.config_.head);
    if (!length) {
      co_await refuse(length.error());
      co_return Next::Close;
    }
    if (*length > 0) {
      started = stream_.worker().clock().now();
      auto parsed = parse_request_head(input_.view().substr(0, *length), server_.config_.head);
      if (!parsed) {
        co_await refuse(parsed.error());
        co_return Next::Close;
      }
      head = std::move(*parsed);
      input_.consume(*length);
      stream_.clear_deadline();
      co_return Next::Request;
    }
    if (!begun && !input_.empty()) {
      begun = true;
      stream_.set_deadline(server_.config_.head_timeout);
    }
    const IoResult got = co_await stream_.read_some(scratch, kHeadRead);
    if (!got.ok()) co_return Next::Close;
    input_.add({scratch, got.bytes});
  }
}

namespace {

// The second word of a head's first line.
std::string_view target_in(std::string_view head) {
  const std::string_view line = head.substr(0, head.find_first_of("\r\n"));
  const auto begin = line.find(' ');
  return begin == line.npos ? std::string_view()
                            : line.substr(begin + 1, line.find(' ', begin + 1) - begin - 1);
}

}  // namespace

Task<void> ServerConnection::refuse(const Error& error) {
  const int status = error.kind == ErrorKind::TooLarge ? 431 : 400;
  // The message is ours and holds no quotes or control characters.
  std::string body =
      "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"" +
      error.message + "\"}}";
  if (const auto& told = server_.config_.refusal) body = told(error, target_in(input_.view()));
  const std::string head =
      "HTTP/1.1 " + std::to_string(status) + " " + std::string(reason_of(status)) +
      "\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: " +
      std::to_string(body.size()) + "\r\n\r\n";
  const std::array<std::string_view, 2> parts{head, body};
  co_await stream_.write_all(parts);
  co_await linger();
}

Task<void> ServerConnection::linger() {
  // Closing with unread input would reset the connection and could destroy the answer on its way.
  static constexpr std::size_t kDiscardMax = 64u << 20;
  stream_.shutdown_send();
  stream_.set_deadline(Milliseconds(5000));
  std::size_t discarded = 0;
  while (discarded < kDiscardMax) {
    const IoResult got =
        co_await stream_.read_some(stream_.worker().scratch().data(), Scratch::kBytes);
    if (!got.ok()) break;
    discarded += got.bytes;
  }
  stream_.close();
}

Task<bool> ServerConnection::accept_tls() {
  if (!server_.tls_) co_return true;
  stream_.set_deadline(server_.config_.head_timeout);
  SslPtr ssl = server_.tls_->accept_on(stream_.fd());
  std::string why;
  const IoResult done = co_await stream_.handshake(std::move(ssl), why);
  co_return done.ok();
}

Task<bool> ServerConnection::serve_one(HttpTransaction& transaction) {
  active_ = &transaction;
  if (!transaction.body_pending()) watch();
  try {
    co_await server_.handler_(transaction);
  } catch (const std::exception& error) {
    log::error("a request handler threw",
               {{"what", error.what()}, {"path", transaction.head().path()}});
  }
  if (!transaction.begun() && stream_.is_open() && !transaction.gone().stopped()) {
    static constexpr std::string_view kBody =
        R"({"type":"error","error":{"type":"api_error","message":"the proxy failed to handle this request"}})";
    const Headers headers{{"content-type", "application/json"}};
    co_await transaction.respond(500, headers, kBody);
  }
  active_ = nullptr;
  stream_.on_hang_up(nullptr, nullptr);
  if (!transaction.finished()) {
    stream_.close(transaction.begun());
    co_return false;
  }
  if (transaction.close_after_) {
    if (transaction.body_pending()) {
      co_await linger();
    } else {
      stream_.shutdown_send();
      stream_.close();
    }
    co_return false;
  }
  co_return true;
}

Task<void> ServerConnection::run(std::unique_ptr<ServerConnection> self) {
  auto& server = self->server_;
  if (!co_await self->accept_tls()) co_return;
  if (server.connections_.size() > server.config_.connections_max) {
    HttpTransaction transaction(*self, self->stream_, self->input_, server.config_);
    transaction.head_.keep_alive = false;
    const Headers headers{{"content-type", "application/json"}, {"retry-after", "1"}};
    co_await transaction.respond(
        529, headers,
        R"({"type":"error","error":{"type":"overloaded_error","message":"too many connections"}})");
    co_return;
  }
  for (;;) {
    HttpTransaction transaction(*self, self->stream_, self->input_, server.config_);
    if (self->finish_soon_) transaction.close_after_ = true;
    if (co_await self->read_head(transaction.head_, transaction.started_) == Next::Close) break;
    if (!co_await self->serve_one(transaction)) break;
    if (self->finish_soon_) break;
  }
  self->stream_.close();
}

}  // namespace rlm::net
