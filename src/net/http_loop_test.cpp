// Server and client of this folder against each other and against bare bytes, on one event loop.
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/http_client.hpp"
#include "net/http_server.hpp"
#include "tests/support/run_task.hpp"

namespace rlm::net {
namespace {

Url url_of(std::uint16_t port) {
  Url url;
  url.host = "127.0.0.1";
  url.port = port;
  return url;
}

// A server and a client on one worker.
struct Loop {
  explicit Loop(HttpHandler handler) : server(worker, std::move(handler)) {
    const auto bound = server.listen("127.0.0.1", 0);
    EXPECT_TRUE(bound);
    pool.emplace(worker, url_of(bound.value_or(0)), nullptr);
  }
  // Runs the test's coroutine, then shuts the server down.
  void run(Task<void> test) { test::run_task(worker, then_shut_down(std::move(test))); }
  Task<void> then_shut_down(Task<void> test) {
    co_await std::move(test);
    co_await server.shut_down(Milliseconds(0));
  }

  Worker worker;
  HttpServer server;
  std::optional<ClientPool> pool;
  StopSource stop;
};

Task<void> echo(HttpTransaction& transaction) {
  auto body = co_await transaction.read_body(1 << 20);
  if (!body) co_return;
  const Headers headers{{"x-method", transaction.head().method}};
  co_await transaction.respond(200, headers, body->view());
}

Task<void> wait_in(std::optional<Resume>& kept) {
  co_await suspend([&](Resume resume) { kept.emplace(std::move(resume)); });
}

TEST(HttpLoop, AServerMayGoBeforeAConnectionThatStillWaits) {
  Worker worker;
  std::optional<Resume> kept;
  {
    HttpServer server(worker, [&](HttpTransaction&) { return wait_in(kept); });
    asio::ip::tcp::socket client(worker.executor());
    client.connect({asio::ip::address_v4::loopback(), *server.listen("127.0.0.1", 0)});
    asio::write(client, asio::buffer(std::string_view("GET / HTTP/1.1\r\nhost: h\r\n\r\n")));
    while (!kept) worker.io().run_one();
    worker.io().stop();
    EXPECT_EQ(server.connections(), 1u);
  }
  kept.reset();  // as the loop does with what it still holds
}

Task<std::string> exchange(Loop& loop, std::string body, std::string method = "POST") {
  HttpCall call(*loop.pool, loop.stop);
  const std::array<std::string_view, 3> parts{std::string_view(body).substr(0, body.size() / 2), "",
                                              std::string_view(body).substr(body.size() / 2)};
  ClientRequest request;
  request.method = method;
  request.target = "/echo";
  request.body = parts;
  const auto started = co_await call.start(request);
  EXPECT_TRUE(started);
  if (!started) co_return "";
  auto all = co_await call.read_all(1 << 20);
  EXPECT_TRUE(all);
  co_return all.value_or("");
}

Task<void> echo_often(Loop& loop) {
  for (const std::size_t size :
       {std::size_t{1}, std::size_t{100}, std::size_t{70'000}, std::size_t{900'000}}) {
    std::string body;
    while (body.size() < size) body += std::to_string(body.size());
    const std::string back = co_await exchange(loop, body);
    EXPECT_TRUE(back == body) << size;
  }
  EXPECT_EQ(loop.pool->idle_count(), 1u);
  EXPECT_EQ(loop.server.connections(), 1u);
}

TEST(HttpLoop, BodiesComeBackAndTheConnectionIsKept) {
  Loop loop(echo);
  loop.run(echo_often(loop));
}

Task<void> many_at_once(Loop& loop) {
  TaskScope scope(loop.worker);
  struct One {
    static Task<void> run(Loop& all, int number) {
      const std::string body(static_cast<std::size_t>(number) * 997,
                             static_cast<char>('a' + number % 26));
      const std::string back = co_await exchange(all, body);
      EXPECT_TRUE(back == body);
    }
  };
  for (int i = 1; i <= 80; ++i) scope.spawn(One::run(loop, i));
  co_await scope.join();
  EXPECT_LE(loop.pool->idle_count(), loop.pool->config().idle_max);
}

TEST(HttpLoop, ManyCallsAtOnceKeepApart) {
  Loop loop(echo);
  loop.run(many_at_once(loop));
}

Task<void> never_begins(HttpTransaction&) {
  co_return;
}
Task<void> always_throws(HttpTransaction&) {
  throw std::runtime_error("on purpose");
  co_return;
}

Task<void> expect_status(Loop& loop, int status) {
  HttpCall call(*loop.pool, loop.stop);
  ClientRequest request;
  request.method = "GET";
  request.target = "/";
  const auto started = co_await call.start(request);
  EXPECT_TRUE(started);
  EXPECT_EQ(call.status(), status);
  const auto body = co_await call.read_all(1000);
  EXPECT_NE(body.value_or("").find("api_error"), std::string::npos);
}

TEST(HttpLoop, AHandlerThatFailsIsAnswered500) {
  for (const auto& handler : {HttpHandler(never_begins), HttpHandler(always_throws)}) {
    Loop loop(handler);
    loop.run(expect_status(loop, 500));
  }
}

Task<void> large_then_wait(HttpTransaction& transaction) {
  transaction.begin(200, Headers{});
  const std::string piece(100'000, 'x');
  while (co_await transaction.write(piece)) {
  }
}

Task<void> leave_in_the_middle(Loop& loop) {
  {
    HttpCall call(*loop.pool, loop.stop);
    ClientRequest request;
    request.method = "GET";
    request.target = "/";
    const auto started = co_await call.start(request);
    EXPECT_TRUE(started);
    const auto piece = co_await call.read();
    EXPECT_TRUE(piece);
  }
  EXPECT_EQ(loop.pool->idle_count(), 0u);
}

TEST(HttpLoop, ACallThatIsDroppedEndsTheHandler) {
  Loop loop(large_then_wait);
  loop.run(leave_in_the_middle(loop));
  EXPECT_EQ(loop.server.connections(), 0u);
}

// Sends what stands in the worker's scratch memory, as a relay does, until the client can take no
// more; others then use that memory.
struct Scribbling {
  bool done = false;
  std::size_t sent = 0;

  static Task<void> scribble(Worker& worker, Scribbling& state) {
    while (!state.done) {
      worker.scratch().evict();
      std::memset(worker.scratch().data(), 'Z', Scratch::kBytes);
      co_await yield_to_others(worker.executor());
    }
  }
  static Task<void> serve(HttpTransaction& transaction, Scribbling& state) {
    transaction.begin(200, Headers{});
    for (int i = 0; i < 200; ++i) {
      char* scratch = transaction.worker().scratch().data();
      std::memset(scratch, 'A', Scratch::kBytes);
      const bool sent = co_await transaction.write({scratch, Scratch::kBytes});
      EXPECT_TRUE(sent);
      state.sent += Scratch::kBytes;
    }
    co_await transaction.write({}, true);
  }
};

Task<void> read_beside_a_scribbler(Loop& loop, Scribbling& state) {
  TaskScope scope(loop.worker);
  scope.spawn(Scribbling::scribble(loop.worker, state));
  {
    HttpCall call(*loop.pool, loop.stop);
    ClientRequest request;
    request.method = "GET";
    request.target = "/";
    const auto started = co_await call.start(request);
    EXPECT_TRUE(started);
    // Read nothing until the server is stuck.
    for (std::size_t last = 1; last != state.sent || state.sent == 0;) {
      last = state.sent;
      co_await sleep_for(loop.worker, Milliseconds(20));
    }
    std::size_t good = 0;
    for (bool end = false; !end;) {
      const auto piece = co_await call.read();
      if (!piece) break;
      good += static_cast<std::size_t>(std::count(piece->bytes.begin(), piece->bytes.end(), 'A'));
      end = piece->end;
    }
    EXPECT_EQ(good, 200 * Scratch::kBytes);
  }
  state.done = true;
  co_await scope.join();
}

// A client outside of the loop, so that nothing of its own keeps the loop looking.
struct BareClient {
  explicit BareClient(std::uint16_t port) : fd(::socket(AF_INET, SOCK_STREAM, 0)) {
    const asio::ip::tcp::endpoint to(asio::ip::address_v4::loopback(), port);
    EXPECT_EQ(::connect(fd, to.data(), static_cast<socklen_t>(to.size())), 0);
    constexpr std::string_view kRequest = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";
    EXPECT_EQ(::send(fd, kRequest.data(), kRequest.size(), 0),
              static_cast<ssize_t>(kRequest.size()));
  }
  ~BareClient() { leave(); }
  void leave() {
    if (fd >= 0) ::close(std::exchange(fd, -1));
  }
  int fd;
};

struct Left {
  BareClient* client = nullptr;
  Event* done = nullptr;
  bool seen = false;
};

Task<void> wait_for_leaving(HttpTransaction& transaction, Left& left) {
  Event gone(transaction.worker().io());
  StopCallback on_gone(
      transaction.gone(), [](void* event) { static_cast<Event*>(event)->set(); }, &gone);
  left.client->leave();
  co_await gone.wait();
  left.seen = true;
  left.done->set();
}

Task<void> wait_for(Event& event) {
  co_await event.wait();
}

TEST(HttpLoop, AClientThatLeavesIsNoticedWhileNobodyReadsOrWrites) {
  Left left;
  Loop loop([&left](HttpTransaction& transaction) { return wait_for_leaving(transaction, left); });
  Event done(loop.worker.io());
  BareClient client(loop.pool->url().port);
  left.client = &client;
  left.done = &done;
  loop.run(wait_for(done));
  EXPECT_TRUE(left.seen);
}

TEST(HttpLoop, BytesThatWaitForASlowClientAreItsOwn) {
  Scribbling state;
  Loop loop(
      [&state](HttpTransaction& transaction) { return Scribbling::serve(transaction, state); });
  loop.run(read_beside_a_scribbler(loop, state));
}

// Two connected streams on one worker, with small buffers.
struct Pair {
  explicit Pair(Worker& worker) {
    Acceptor acceptor(worker.executor(),
                      asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    Socket client(worker.executor());
    client.open(asio::ip::tcp::v4());
    client.set_option(asio::socket_base::receive_buffer_size(4096));
    client.connect(acceptor.local_endpoint());
    Socket served = acceptor.accept();
    served.set_option(asio::socket_base::send_buffer_size(4096));
    near = std::make_unique<ByteStream>(worker, std::move(served));
    far = std::make_unique<ByteStream>(worker, std::move(client));
  }
  std::unique_ptr<ByteStream> near;
  std::unique_ptr<ByteStream> far;
};

Task<void> time_out_gently(Worker& worker) {
  Pair pair(worker);
  char byte = 0;
  pair.near->set_gentle_deadline(Milliseconds(1));
  const auto read = co_await pair.near->read_some(&byte, 1);
  EXPECT_EQ(read.status, IoStatus::TimedOut);
  EXPECT_TRUE(pair.near->is_open());
  const std::array<std::string_view, 1> parts{"why"};
  const auto written = co_await pair.near->write_all(parts);
  EXPECT_TRUE(written.ok());
  pair.near->set_deadline(Milliseconds(1));
  const auto again = co_await pair.near->read_some(&byte, 1);
  EXPECT_EQ(again.status, IoStatus::TimedOut);
  EXPECT_FALSE(pair.near->is_open());
}

TEST(ByteStream, AGentleDeadlineLeavesTheStreamOpen) {
  Worker worker;
  test::run_task(worker, time_out_gently(worker));
}

Task<void> peers_that_leave(Worker& worker) {
  char byte = 0;
  Pair well(worker);
  EXPECT_TRUE(well.near->is_idle());
  well.far->shutdown_send();
  const auto end = co_await well.near->read_some(&byte, 1);
  EXPECT_EQ(end.status, IoStatus::Eof);
  EXPECT_FALSE(well.near->is_idle());
  Pair badly(worker);
  badly.far->close(true);
  const auto reset = co_await badly.near->read_some(&byte, 1);
  EXPECT_EQ(reset.status, IoStatus::Failed);
  Pair ours(worker);
  ours.near->close();
  const auto closed = co_await ours.near->read_some(&byte, 1);
  EXPECT_EQ(closed.status, IoStatus::Closed);
}

TEST(ByteStream, TellsHowAPeerLeft) {
  Worker worker;
  test::run_task(worker, peers_that_leave(worker));
}

}  // namespace
}  // namespace rlm::net
