// Coming to a server, and losing it.

#include "store/postgres.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "store/test_records.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/label_places.hpp"
#include "tests/support/temp_folder.hpp"

namespace rlm::store {
namespace {

using test::kPassword;
using test::label_of;
using test::PostgresLabels;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST_F(PostgresLabels, NeedTheRightPassword) {
  EXPECT_EQ(failure_of(url("guarded"), kPassword).message, "");
  const auto wrong = failure_of(url("guarded"), "wrong pa55word");
  EXPECT_EQ(wrong.kind, ErrorKind::Unauthorized);
  EXPECT_THAT(wrong.message,
              AllOf(HasSubstr("password authentication failed for user \"guarded\""),
                    HasSubstr(database), HasSubstr("ledger.labels"), Not(HasSubstr("pa55")),
                    Not(HasSubstr("28P01")), Not(HasSubstr("LOCATION"))));
  EXPECT_THAT(failure_of(url("guarded")).message, HasSubstr("no password supplied"));
  EXPECT_EQ(failure_of(url("nobody_here")).kind, ErrorKind::Unauthorized);
}

TEST_F(PostgresLabels, NeedADatabaseAndPrivileges) {
  EXPECT_THAT(failure_of(server->url("nowhere")).message, HasSubstr("CREATE DATABASE"));
  server->run(database, "REVOKE CREATE ON SCHEMA public FROM guarded");
  const auto refused = failure_of(url("guarded"), kPassword);
  EXPECT_EQ(refused.kind, ErrorKind::Forbidden);
  EXPECT_THAT(refused.message, HasSubstr("grant the user CREATE"));
  open();
  EXPECT_THAT(failure_of(url("guarded"), kPassword).message, HasSubstr("labels"));
  server->run(database, "GRANT SELECT, INSERT, UPDATE, DELETE ON labels, standings TO guarded");
  EXPECT_EQ(failure_of(url("guarded"), kPassword).message, "");
}

TEST_F(PostgresLabels, NeedUtf8) {
  const auto latin = server->new_database("ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'");
  EXPECT_THAT(failure_of(server->url(latin)).message,
              AllOf(HasSubstr("LATIN1"), HasSubstr("ENCODING 'UTF8'")));
}

TEST_F(PostgresLabels, AStandbyIsWaitedForAndNamed) {
  server->run("postgres", "ALTER DATABASE " + database + " SET default_transaction_read_only = on");
  const auto refused = failure_of(url());
  EXPECT_EQ(refused.kind, ErrorKind::Unreachable);
  EXPECT_THAT(refused.message, HasSubstr("read-only"));
}

TEST_F(PostgresLabels, GoThroughTlsThatIsVerified) {
  const test::TempFolder folder;
  const auto authority = test::make_authority(folder.file("ca"));
  const auto stranger = test::make_authority(folder.file("stranger"));
  const auto certificate = test::make_certificate(folder.file("server"), authority, "localhost");
  const std::string verified = server->url(database, "encrypted");
  EXPECT_THAT(failure_of(verified + "?sslmode=require", kPassword).message,
              HasSubstr("server does not support SSL"));
  server->stop();
  server->start({"ssl=on", "ssl_cert_file=" + server->copy_for_server(certificate.certificate_file),
                 "ssl_key_file=" + server->copy_for_server(certificate.key_file)});
  const auto with = [&](const std::string& mode, const test::Certificate& root) {
    auto found = verified;
    found.replace(found.find("127.0.0.1"), 9, "localhost");
    return found + "?sslmode=" + mode + "&sslrootcert=" + root.certificate_file;
  };
  EXPECT_EQ(failure_of(with("verify-full", authority), kPassword).message, "");
  EXPECT_THAT(failure_of(with("verify-full", stranger), kPassword).message, HasSubstr("SSL error"));
  EXPECT_THAT(failure_of(with("disable", authority), kPassword).message,
              HasSubstr("pg_hba.conf rejects"));
  EXPECT_THAT(
      failure_of(verified + "?sslmode=verify-full&sslrootcert=" + authority.certificate_file,
                 kPassword)
          .message,
      HasSubstr("does not match host name"));
}

/// A port that takes connections and never says a word.
struct Mute {
  Mute() : socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    EXPECT_EQ(::bind(socket, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(::listen(socket, 16), 0);
    EXPECT_EQ(::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size), 0);
    port = std::to_string(ntohs(address.sin_port));
  }
  ~Mute() { ::close(socket); }
  Mute(const Mute&) = delete;
  Mute& operator=(const Mute&) = delete;
  int socket;
  std::string port;
};

TEST_F(PostgresLabels, HostsAreTriedInTurnAlsoBehindOneThatIsMute) {
  const Mute mute;
  const std::string good = std::to_string(server->port());
  const std::string hosts = "127.0.0.1:1,127.0.0.1:" + mute.port + ",127.0.0.1:" + good;
  EXPECT_EQ(failure_of("postgresql://postgres@" + hosts + "/" + database, {},
                       {.connect = Milliseconds(200)})
                .message,
            "");
  const auto none = failure_of("postgresql://127.0.0.1:1/db");
  EXPECT_EQ(none.kind, ErrorKind::Unreachable);
  EXPECT_THAT(none.message, HasSubstr("Connection refused"));
  const auto silent =
      failure_of("postgresql://127.0.0.1:" + mute.port + "/db", {}, {.connect = Milliseconds(100)});
  EXPECT_EQ(silent.kind, ErrorKind::Timeout);
  EXPECT_THAT(silent.message, HasSubstr("no answer within 100 ms"));
}

TEST_F(PostgresLabels, AServerThatFallsSilentOrGoesIsNamedAndAddingAgainAddsOnce) {
  auto store = open_postgres_labels(url(), {}, {.statement = Milliseconds(300)});
  ASSERT_TRUE(store);
  ASSERT_TRUE((*store)->add({label_of(1)}));
  server->freeze();
  const auto silent = (*store)->add({label_of(1), label_of(2)});
  ASSERT_FALSE(silent);
  EXPECT_EQ(silent.error().kind, ErrorKind::Timeout);
  EXPECT_THAT((*store)->standings().error().message, HasSubstr("closed"));
  server->thaw();
  auto again = open();
  ASSERT_TRUE(again->add({label_of(1), label_of(2)}));
  server->stop();
  const auto gone = again->add({label_of(3)});
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().kind, ErrorKind::Unreachable) << gone.error().message;
  EXPECT_EQ(failure_of(url()).kind, ErrorKind::Unreachable);
  server->start();
  std::int64_t after = 0;
  EXPECT_EQ(exchanges(*open(), after), (std::vector<std::string>{record_id(1), record_id(2)}));
}

}  // namespace
}  // namespace rlm::store
