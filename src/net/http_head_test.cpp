#include "net/http_head.hpp"

#include <gtest/gtest.h>

namespace rlm::net {
namespace {

const HeadLimits kLimits;

Result<RequestHead> request(std::string_view head) {
  return parse_request_head(head, kLimits);
}

std::string post(std::string_view headers) {
  return "POST /v1/messages?beta=true HTTP/1.1\r\nHost: h\r\n" + std::string(headers) + "\r\n";
}

TEST(HeadLength, CountsUpToTheEmptyLine) {
  const std::string head = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
  EXPECT_EQ(*head_length(head + "body", kLimits), head.size());
  EXPECT_EQ(*head_length("\r\n\r\n" + head, kLimits), head.size() + 4);
  for (std::size_t cut = 0; cut < head.size(); ++cut)
    EXPECT_EQ(*head_length(std::string_view(head).substr(0, cut), kLimits), 0u) << cut;
}

TEST(HeadLength, HasALimitThatIsExact) {
  const std::string head = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
  HeadLimits limits;
  limits.bytes_max = head.size();
  EXPECT_EQ(*head_length(head, limits), head.size());
  limits.bytes_max = head.size() - 1;
  EXPECT_EQ(head_length(head, limits).error().kind, ErrorKind::TooLarge);
  const std::string endless(limits.bytes_max, 'a');
  EXPECT_EQ(*head_length(endless, limits), 0u);
  EXPECT_EQ(head_length(endless + "a", limits).error().kind, ErrorKind::TooLarge);
}

TEST(HeadLength, RefusesABareLineFeedWhereTheHeadCouldEnd) {
  EXPECT_EQ(head_length("GET / HTTP/1.1\nHost: h\n\n", kLimits).error().kind,
            ErrorKind::BadRequest);
}

TEST(RequestHead, IsTakenApart) {
  const auto head = request(
      post("X-Api-Key:  k \t\r\nempty:\r\nContent-Length: 007\r\nexpect: 100-Continue\r\n"));
  ASSERT_TRUE(head) << head.error().message;
  EXPECT_EQ(head->method, "POST");
  EXPECT_EQ(head->path(), "/v1/messages");
  EXPECT_EQ(head->query(), "beta=true");
  EXPECT_EQ(find_header(head->headers, "x-api-key"), "k");
  EXPECT_EQ(find_header(head->headers, "empty"), "");
  EXPECT_EQ(head->headers.size(), 5u);
  EXPECT_EQ(head->content_length, 7u);
  EXPECT_TRUE(head->expects_continue);
  EXPECT_TRUE(head->keep_alive);
  EXPECT_FALSE(head->chunked);
}

struct KeepAliveCase {
  const char* version;
  const char* connection;
  bool kept;
};

TEST(RequestHead, TellsWhetherTheConnectionIsKept) {
  for (const KeepAliveCase& one : {KeepAliveCase{"1.1", "", true},
                                   {"1.1", "Connection: close\r\n", false},
                                   {"1.1", "Connection: x, Close\r\n", false},
                                   {"1.1", "Connection: x\r\nConnection: close\r\n", false},
                                   {"1.1", "Connection: closed\r\n", true},
                                   {"1.0", "", false},
                                   {"1.0", "Connection: Keep-Alive\r\n", true},
                                   {"1.0", "Connection: keep-alive, close\r\n", false}}) {
    const auto head = request("GET / HTTP/" + std::string(one.version) + "\r\nHost: h\r\n" +
                              one.connection + "\r\n");
    ASSERT_TRUE(head);
    EXPECT_EQ(head->keep_alive, one.kept) << one.version << one.connection;
  }
}

struct RefusedCase {
  std::string name;
  std::string head;
  std::string rule;
};

class RefusedHeads : public testing::TestWithParam<RefusedCase> {};

TEST_P(RefusedHeads, NameTheRuleThatWasBroken) {
  const auto head = request(GetParam().head);
  ASSERT_FALSE(head);
  EXPECT_EQ(head.error().kind, ErrorKind::BadRequest);
  EXPECT_EQ(head.error().source, Source::Client);
  EXPECT_NE(head.error().message.find(GetParam().rule), std::string::npos) << head.error().message;
}

INSTANTIATE_TEST_SUITE_P(
    RequestHead, RefusedHeads,
    testing::Values(
        RefusedCase{"LengthWithChunks", post("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n"),
                    "together with"},
        RefusedCase{"TwoLengths", post("Content-Length: 1\r\nContent-Length: 1\r\n"),
                    "appears twice"},
        RefusedCase{"ALengthList", post("Content-Length: 1, 1\r\n"), "not a number"},
        RefusedCase{"ASignedLength", post("Content-Length: +1\r\n"), "not a number"},
        RefusedCase{"NoLength", post("Content-Length:\r\n"), "not a number"},
        RefusedCase{"TooLongALength", post("Content-Length: 18446744073709551616\r\n"),
                    "not a number"},
        RefusedCase{"AnotherCoding", post("Transfer-Encoding: gzip, chunked\r\n"),
                    "other than chunked"},
        RefusedCase{"CodingTwice",
                    post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
                    "appears twice"},
        RefusedCase{"SpaceBeforeColon", post("Content-Length : 1\r\n"), "header name"},
        RefusedCase{"Folded", post("a: b\r\n\tc\r\n"), "folded"},
        RefusedCase{"NoColon", post("abc\r\n"), "without a colon"},
        RefusedCase{"NoName", post(":abc\r\n"), "header name"},
        RefusedCase{"LineFeedInValue", post("a: b\nc: d\r\n"), "control character"},
        RefusedCase{"ReturnInValue", post("a: b\rc\r\n"), "control character"},
        RefusedCase{"DeleteInValue", post("a: \x7f\r\n"), "control character"},
        RefusedCase{"NoHost", "GET / HTTP/1.1\r\n\r\n", "Host"},
        RefusedCase{"TwoHosts", post("host: h\r\n"), "Host"},
        RefusedCase{"Version2", "GET / HTTP/2.0\r\nHost: h\r\n\r\n", "version"},
        RefusedCase{"Version12", "GET / HTTP/1.2\r\nHost: h\r\n\r\n", "version"},
        RefusedCase{"NoVersion", "GET /\r\nHost: h\r\n\r\n", "request line"},
        RefusedCase{"TwoSpaces", "GET  / HTTP/1.1\r\nHost: h\r\n\r\n", "target"},
        RefusedCase{"ATabInTheTarget", "GET /\t HTTP/1.1\r\nHost: h\r\n\r\n", "target"},
        RefusedCase{"AByteBeyondAsciiInTheTarget", "GET /\xc3\xa9 HTTP/1.1\r\nHost: h\r\n\r\n",
                    "target"},
        RefusedCase{"AMethodOfOddCharacters", "G@T / HTTP/1.1\r\nHost: h\r\n\r\n", "method"},
        RefusedCase{"NoMethod", " / HTTP/1.1\r\nHost: h\r\n\r\n", "method"},
        RefusedCase{"ChunksInHttp10", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
                    "HTTP/1.0"}),
    [](const auto& param_info) { return param_info.param.name; });

TEST(RequestHead, AllowsAsManyHeadersAsItsLimit) {
  HeadLimits limits;
  limits.headers_max = 3;
  EXPECT_TRUE(parse_request_head(post("a: 1\r\nb: 2\r\n"), limits));
  EXPECT_FALSE(parse_request_head(post("a: 1\r\nb: 2\r\nc: 3\r\n"), limits));
}

TEST(RequestHead, OldClientsNeedNoHost) {
  EXPECT_TRUE(request("GET / HTTP/1.0\r\n\r\n"));
}

TEST(ResponseHead, IsTakenApart) {
  const auto head = parse_response_head(
      "HTTP/1.1 429 Too Many\r\nRetry-After: 3\r\nTransfer-Encoding: Chunked\r\n\r\n", kLimits);
  ASSERT_TRUE(head);
  EXPECT_EQ(head->status, 429);
  EXPECT_TRUE(head->chunked);
  EXPECT_EQ(find_header(head->headers, "retry-after"), "3");
  for (const char* line : {"HTTP/1.1 200", "HTTP/1.1 200 ", "HTTP/1.0 200 OK"})
    EXPECT_TRUE(parse_response_head(std::string(line) + "\r\n\r\n", kLimits)) << line;
}

TEST(ResponseHead, RefusesWhatIsNone) {
  for (const char* line :
       {"HTTP/2 200", "HTTP/1.1 20", "HTTP/1.1 2000", "HTTP/1.1 abc", "HTTP/1.1 099 x", "HTTP/1.1",
        "", "ICY 200 OK", "HTTP/1.1  200 OK", "HTTP/1.1 -20 OK", "HTTP/1.1 200OK"}) {
    const auto head = parse_response_head(std::string(line) + "\r\n\r\n", kLimits);
    ASSERT_FALSE(head) << line;
    EXPECT_EQ(head.error().kind, ErrorKind::Protocol);
    EXPECT_EQ(head.error().source, Source::Upstream);
  }
}

}  // namespace
}  // namespace rlm::net
