// The client against a CONNECT proxy, real TLS behind it, and a server that asks for certificates.
#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "net/http_client.hpp"
#include "net/http_server.hpp"
#include "net/socket_bio.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/run_task.hpp"
#include "tests/support/temp_folder.hpp"

namespace rlm::net {
namespace {

// A proxy that tunnels each connection to `target`, or refuses with `refusal`.
struct TestProxy {
  explicit TestProxy(Worker& own) : worker(own) {}

  std::string url(const std::string& user = {}) const {
    return "http://" + user + "127.0.0.1:" + std::to_string(acceptor.local_endpoint().port());
  }

  static Task<void> copy(ByteStream& from, ByteStream& to) {
    char bytes[4096];
    for (;;) {
      const auto got = co_await from.read_some(bytes, sizeof bytes);
      if (!got.ok()) break;
      const std::array<std::string_view, 1> parts{std::string_view(bytes, got.bytes)};
      co_await to.write_all(parts);
    }
    to.close();
  }
  static Task<void> serve(TestProxy& proxy, Socket socket) {
    ByteStream client(proxy.worker, std::move(socket));
    char bytes[4096];
    std::string request;
    while (request.find("\r\n\r\n") == std::string::npos) {
      const auto got = co_await client.read_some(bytes, sizeof bytes);
      if (!got.ok()) co_return;
      request.append(bytes, got.bytes);
    }
    proxy.requests.push_back(request);
    const std::array<std::string_view, 1> answer{proxy.answer};
    co_await client.write_all(answer);
    if (proxy.target.port() == 0) co_return;
    ByteStream upstream(proxy.worker, AF_INET);
    std::string why;
    co_await upstream.connect(proxy.target, why);
    TaskScope scope(proxy.worker);
    scope.spawn(copy(client, upstream));
    co_await copy(upstream, client);
    co_await scope.join();
  }
  static Task<void> accept_all(TestProxy& proxy) {
    for (;;) {
      Socket socket(proxy.worker.executor());
      boost::system::error_code error;
      co_await suspend([&](Resume resume) {
        proxy.acceptor.async_accept(socket,
                                    [&error, resume = std::move(resume)](const auto& why) mutable {
                                      error = why;
                                      resume();
                                    });
      });
      if (error) co_return;
      net::spawn(proxy.worker.executor(), serve(proxy, std::move(socket)),
                 [](std::exception_ptr) {});
    }
  }

  Worker& worker;
  Acceptor acceptor{worker.executor(),
                    asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
  std::string answer = "HTTP/1.1 200 Connection established\r\nvia: test\r\n\r\n";
  asio::ip::tcp::endpoint target;
  std::vector<std::string> requests;
};

Task<void> echo(HttpTransaction& transaction) {
  auto body = co_await transaction.read_body(1 << 20);
  if (!body) co_return;
  const Headers headers;
  co_await transaction.respond(200, headers, body->view());
}

struct Outcome {
  std::optional<Error> error;
  int status = 0;
  std::string body;
};

Task<Outcome> ask(ClientPool& pool, std::string_view text) {
  Outcome outcome;
  StopSource stop;
  HttpCall call(pool, stop);
  ClientRequest request;
  request.target = "/v1/x?a=b";
  request.body = {&text, 1};
  auto started = co_await call.start(request);
  if (!started) {
    outcome.error = std::move(started.error());
    co_return outcome;
  }
  outcome.status = call.status();
  auto body = co_await call.read_all(1 << 20);
  if (!body) outcome.error = std::move(body.error());
  outcome.body = body.value_or("");
  co_return outcome;
}

// Asks `url` through the proxy, in as many calls as there are texts.
std::vector<Outcome> ask_through(TestProxy& proxy, const std::string& user, const std::string& url,
                                 std::shared_ptr<TlsContext> tls,
                                 std::vector<std::string> texts = {"hello"}) {
  ClientConfig config;
  config.proxy = std::make_shared<const Proxy>(*parse_proxy(proxy.url(user)));
  ClientPool pool(proxy.worker, *parse_url(url), std::move(tls), config);
  std::vector<Outcome> outcomes;
  struct Run {
    static Task<void> all(ClientPool& pool, std::vector<std::string>& texts,
                          std::vector<Outcome>& outcomes) {
      for (const std::string& text : texts) outcomes.push_back(co_await ask(pool, text));
    }
  };
  net::spawn(proxy.worker.executor(), TestProxy::accept_all(proxy), [](std::exception_ptr) {});
  net::spawn(proxy.worker.executor(), Run::all(pool, texts, outcomes),
             [&](std::exception_ptr) { proxy.worker.io().stop(); });
  proxy.worker.io().restart();
  proxy.worker.io().run();
  return outcomes;
}

TEST(ProxyTunnel, CarriesTlsThatOnlyTheUpstreamCanRead) {
  const test::TempFolder folder;
  const auto authority = test::make_authority(folder.file("ca"));
  const auto certificate = test::make_certificate(folder.file("server"), authority, "model.test");
  Worker worker;
  HttpServer server(worker, echo, {},
                    *TlsContext::server(certificate.certificate_file, certificate.key_file));
  const auto port = *server.listen("127.0.0.1", 0);
  TestProxy proxy(worker);
  proxy.target = {asio::ip::address_v4::loopback(), port};
  // The name is resolved by the proxy alone: it does not exist.
  const auto outcomes =
      ask_through(proxy, "user:secret@", "https://model.test/base",
                  *TlsContext::client(authority.certificate_file), {"hello", "again"});
  ASSERT_EQ(outcomes.size(), 2u);
  EXPECT_EQ(outcomes[0].body, "hello");
  EXPECT_EQ(outcomes[1].body, "again");
  ASSERT_EQ(proxy.requests.size(), 1u);  // the tunnel is kept
  EXPECT_EQ(proxy.requests[0],
            "CONNECT model.test:443 HTTP/1.1\r\nhost: model.test:443\r\n"
            "proxy-authorization: Basic dXNlcjpzZWNyZXQ=\r\n\r\n");
}

TEST(ProxyTunnel, IsNoReasonToTrustAnotherCertificate) {
  const test::TempFolder folder;
  const auto authority = test::make_authority(folder.file("ca"));
  const auto certificate = test::make_certificate(folder.file("server"), authority, "other.test");
  Worker worker;
  HttpServer server(worker, echo, {},
                    *TlsContext::server(certificate.certificate_file, certificate.key_file));
  TestProxy proxy(worker);
  proxy.target = {asio::ip::address_v4::loopback(), *server.listen("127.0.0.1", 0)};
  const auto outcome = ask_through(proxy, "", "https://model.test",
                                   *TlsContext::client(authority.certificate_file))[0];
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(outcome.error->kind, ErrorKind::Unreachable);
  EXPECT_NE(outcome.error->message.find("certificate"), std::string::npos);
}

TEST(ProxyTunnel, TellsWhyAProxyRefused) {
  for (const auto& [answer, wanted] :
       {std::pair{"HTTP/1.1 407 Wanted\r\nproxy-authenticate: Basic\r\ncontent-length: 0\r\n\r\n",
                  "does not accept the user"},
        {"HTTP/1.1 403 Forbidden\r\ncontent-length: 2\r\n\r\nno", "ask whoever runs it"},
        {"HTTP/1.1 502 Bad Gateway\r\n\r\n", "it cannot reach this upstream"},
        {"garbage\r\n\r\n", "sent no HTTP response"},
        {"HTTP/1.1 200 OK\r\n\r\nearly", "bytes that nobody asked for"},
        {"", "closed the connection"}}) {
    Worker worker;
    TestProxy proxy(worker);
    proxy.answer = answer;
    const auto outcome =
        ask_through(proxy, "user:secret@", "https://model.test", *TlsContext::client(""))[0];
    ASSERT_TRUE(outcome.error) << answer;
    EXPECT_EQ(outcome.error->kind, ErrorKind::Unreachable);
    EXPECT_EQ(outcome.error->source, Source::Upstream);
    const std::string& message = outcome.error->message;
    EXPECT_NE(message.find(wanted), std::string::npos) << message;
    EXPECT_NE(message.find("proxy 127.0.0.1:"), std::string::npos) << message;
    EXPECT_EQ(message.find("secret"), std::string::npos);
    EXPECT_EQ(message.find("dXNlcjpzZWNyZXQ"), std::string::npos);
  }
}

TEST(ProxyForwarding, AsksForPlainUpstreamsByWholeUrls) {
  Worker worker;
  TestProxy proxy(worker);
  proxy.answer = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi";
  const auto outcome =
      ask_through(proxy, "user:secret@", "http://model.test:8000/base", nullptr)[0];
  EXPECT_EQ(outcome.body, "hi");
  EXPECT_TRUE(proxy.requests[0].starts_with(
      "POST http://model.test:8000/base/v1/x?a=b HTTP/1.1\r\nhost: model.test:8000\r\n"
      "proxy-authorization: Basic dXNlcjpzZWNyZXQ=\r\n"))
      << proxy.requests[0];
}

TEST(ProxyForwarding, TellsThatAProxyWantsAUser) {
  Worker worker;
  TestProxy proxy(worker);
  proxy.answer = "HTTP/1.1 407 Wanted\r\ncontent-length: 0\r\n\r\n";
  const auto outcome = ask_through(proxy, "", "http://model.test:8000", nullptr)[0];
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(outcome.error->kind, ErrorKind::Unreachable);
  EXPECT_NE(outcome.error->message.find("write user:password@"), std::string::npos);
}

// A TLS server that answers one request of a client with a certificate of `authority`.
struct CertificateServer {
  CertificateServer(const test::Certificate& own, const test::Certificate& authority)
      : context(SSL_CTX_new(TLS_server_method())), listener(::socket(AF_INET, SOCK_STREAM, 0)) {
    SSL_CTX_use_certificate_chain_file(context, own.certificate_file.c_str());
    SSL_CTX_use_PrivateKey_file(context, own.key_file.c_str(), SSL_FILETYPE_PEM);
    SSL_CTX_load_verify_locations(context, authority.certificate_file.c_str(), nullptr);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    asio::ip::tcp::endpoint here(asio::ip::address_v4::loopback(), 0);
    socklen_t size = static_cast<socklen_t>(here.size());
    EXPECT_EQ(::bind(listener, here.data(), size), 0);
    ::listen(listener, 1);
    ::getsockname(listener, here.data(), &size);
    port = here.port();
    thread = std::thread([this] { serve(); });
  }
  ~CertificateServer() {
    thread.join();
    ::close(listener);
    SSL_CTX_free(context);
  }
  void serve() const {
    const int fd = ::accept(listener, nullptr, nullptr);
    SSL* ssl = SSL_new(context);
    if (!use_socket(ssl, fd)) return;
    char request[4096];
    constexpr std::string_view kAnswer = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nknown";
    if (SSL_accept(ssl) == 1 && SSL_read(ssl, request, sizeof request) > 0)
      SSL_write(ssl, kAnswer.data(), static_cast<int>(kAnswer.size()));
    SSL_shutdown(ssl);
    ::shutdown(fd, SHUT_WR);
    while (::recv(fd, request, sizeof request, 0) > 0) {
    }
    SSL_free(ssl);
    ::close(fd);
  }
  SSL_CTX* context;
  int listener;
  std::uint16_t port = 0;
  std::thread thread;
};

struct Mutual {
  test::TempFolder folder;
  test::Certificate authority = test::make_authority(folder.file("ca"));
  test::Certificate server = test::make_certificate(folder.file("server"), authority, "127.0.0.1");
  test::Certificate client = test::make_certificate(folder.file("client"), authority, "us");

  Outcome ask_with(const std::string& certificate_file, const std::string& key_file) const {
    CertificateServer asking(server, authority);
    Worker worker;
    Url url;
    url.tls = true;
    url.host = "127.0.0.1";
    url.port = asking.port;
    ClientPool pool(worker, url,
                    *TlsContext::client(authority.certificate_file, certificate_file, key_file));
    return test::run_task(worker, ask(pool, "hello"));
  }
};

TEST(MutualTls, AClientWithACertificateIsServed) {
  const Mutual mutual;
  EXPECT_EQ(mutual.ask_with(mutual.client.certificate_file, mutual.client.key_file).body, "known");
}

TEST(MutualTls, AClientWithoutOneLearnsWhatWasWanted) {
  const Mutual mutual;
  const auto outcome = mutual.ask_with("", "");
  ASSERT_TRUE(outcome.error);
  EXPECT_NE(outcome.error->message.find("certificate required"), std::string::npos)
      << outcome.error->message;
}

TEST(MutualTls, FilesThatDoNotFitAreRefusedAtOnce) {
  const Mutual mutual;
  const auto& [certificate, key] = mutual.client;
  for (const auto& [first, second] : {std::pair{certificate, std::string()},
                                      {std::string(), key},
                                      {certificate, mutual.server.key_file},
                                      {key, key},
                                      {certificate, mutual.folder.file("absent")}}) {
    const auto made = TlsContext::client("", first, second);
    ASSERT_FALSE(made) << first << ' ' << second;
    EXPECT_EQ(made.error().kind, ErrorKind::BadRequest);
  }
}

}  // namespace
}  // namespace rlm::net
