// What OpenSSL is told of a socket: bytes, "later", an end, and a peer that is gone.
#include "net/socket_bio.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <string>
#include <string_view>

#include "net/tls.hpp"

namespace rlm::net {
namespace {

class SocketBio : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends_.data()), 0);
    context_.reset(SSL_CTX_new(TLS_client_method()));
    ssl_.reset(SSL_new(context_.get()));
    ASSERT_TRUE(use_socket(ssl_.get(), ends_[0]));
    bio_ = SSL_get_wbio(ssl_.get());
  }
  void TearDown() override {
    for (const int end : ends_)
      if (end >= 0) ::close(end);
  }
  void peer_leaves() {
    ::close(ends_[1]);
    ends_[1] = -1;
  }

  std::array<int, 2> ends_{-1, -1};
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_{nullptr, &SSL_CTX_free};
  SslPtr ssl_;
  BIO* bio_ = nullptr;
};

TEST_F(SocketBio, CarriesBytesBothWays) {
  EXPECT_EQ(BIO_write(bio_, "question", 8), 8);
  std::array<char, 16> got{};
  ASSERT_EQ(::read(ends_[1], got.data(), got.size()), 8);
  EXPECT_EQ(std::string_view(got.data(), 8), "question");
  ASSERT_EQ(::write(ends_[1], "answer", 6), 6);
  ASSERT_EQ(BIO_read(bio_, got.data(), static_cast<int>(got.size())), 6);
  EXPECT_EQ(std::string_view(got.data(), 6), "answer");
  EXPECT_EQ(BIO_flush(bio_), 1);
}

TEST_F(SocketBio, APeerThatIsGoneIsAnErrorAndNoSignal) {
  peer_leaves();
  EXPECT_EQ(BIO_write(bio_, "question", 8), -1);
  EXPECT_EQ(errno, EPIPE);
  EXPECT_FALSE(BIO_should_retry(bio_));
}

TEST_F(SocketBio, ASocketThatIsFullIsToBeWrittenLater) {
  const std::string bytes(1 << 16, 'x');
  while (BIO_write(bio_, bytes.data(), static_cast<int>(bytes.size())) > 0) continue;
  EXPECT_TRUE(BIO_should_write(bio_));
  EXPECT_FALSE(BIO_should_read(bio_));
}

TEST_F(SocketBio, NothingToReadIsLaterAndAnEndIsAnEnd) {
  char byte = 0;
  EXPECT_EQ(BIO_read(bio_, &byte, 1), -1);
  EXPECT_TRUE(BIO_should_read(bio_));
  EXPECT_FALSE(BIO_eof(bio_));
  peer_leaves();
  EXPECT_EQ(BIO_read(bio_, &byte, 1), 0);
  EXPECT_FALSE(BIO_should_retry(bio_));
  EXPECT_TRUE(BIO_eof(bio_));
}

TEST_F(SocketBio, LeavesTheSocketToItsOwner) {
  ssl_.reset();
  EXPECT_NE(::fcntl(ends_[0], F_GETFD), -1);
}

}  // namespace
}  // namespace rlm::net
