#include "credential/static_credential.hpp"

#include <gtest/gtest.h>

#include "tests/support/run_task.hpp"

namespace rlm::credential {
namespace {

net::Task<void> authorize_with_each_header(net::StopSource& stop) {
  for (const auto& [kind, name, value] : {std::tuple{KeyHeader::XApiKey, "x-api-key", "k1"},
                                          {KeyHeader::ApiKey, "api-key", "k1"},
                                          {KeyHeader::Bearer, "authorization", "Bearer k1"}}) {
    const auto credential = std::move(*static_key(kind, Secret("k1")));
    Headers headers;
    const RequestToSign request;
    const auto done = co_await credential->authorize(request, headers, stop);
    EXPECT_TRUE(done);
    EXPECT_EQ(headers.find(name), value);
    EXPECT_EQ(headers.size(), 1u);
  }
}

TEST(StaticKeys, StandInTheHeaderOfTheirProvider) {
  net::Worker worker;
  net::StopSource stop;
  rlm::test::run_task(worker, authorize_with_each_header(stop));
}

net::Task<void> sign_a_request(net::StopSource& stop) {
  const FakeClock clock;
  const auto credential = std::move(
      *aws_credential({"AKID", Secret("key"), Secret("session")}, {"eu-west-1", "bedrock"}, clock));
  Headers headers{{"content-type", "application/json"}};
  RequestToSign request;
  request.host = "h";
  request.target = "/model/m/invoke";
  const auto done = co_await credential->authorize(request, headers, stop);
  EXPECT_TRUE(done);
  EXPECT_EQ(headers.find("x-amz-date"), amz_date(clock.unix_ms()));
  EXPECT_NE(headers.find("authorization").find("/eu-west-1/bedrock/aws4_request"),
            std::string_view::npos);
}

TEST(AwsKeys, SignEachRequestAtItsTime) {
  net::Worker worker;
  net::StopSource stop;
  rlm::test::run_task(worker, sign_a_request(stop));
}

}  // namespace
}  // namespace rlm::credential
