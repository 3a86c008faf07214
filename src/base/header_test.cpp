// Headers as they are sent on: known names, and runs that are copied as they stand.
#include "base/header.hpp"

#include <gtest/gtest.h>

namespace rlm {
namespace {

TEST(HeaderName, IsKnownInAnyCase) {
  EXPECT_EQ(header_name("Content-Length"), HeaderName::ContentLength);
  EXPECT_EQ(header_name("TE"), HeaderName::Te);
  EXPECT_EQ(header_name("X-RLM-Plan"), HeaderName::Rlm);
  EXPECT_EQ(header_name("x-rlm-"), HeaderName::Rlm);
  EXPECT_EQ(header_name("proxy-authorization"), HeaderName::ProxyAuthorization);
  for (const char* name : {"", "x-rlm", "hosts", "content-lengti", "x-stainless-os", "accept"})
    EXPECT_EQ(header_name(name), HeaderName::Other) << name;
}

TEST(HeaderNames, ASetHoldsWhatItWasGiven) {
  constexpr HeaderNames hop{HeaderName::Te, HeaderName::XApiKey};
  constexpr HeaderNames more = hop | HeaderNames{HeaderName::Host};
  EXPECT_TRUE(more.contains(HeaderName::XApiKey));
  EXPECT_TRUE(more.contains(HeaderName::Host));
  EXPECT_FALSE(hop.contains(HeaderName::Host));
  EXPECT_FALSE(more.contains(HeaderName::Other));
}

TEST(Headers, AppendedRunsKeepTheirLinesAndTheirPlaces) {
  Headers from;
  const std::string_view head = "GET / HTTP/1.1\r\nHost:h\r\na:  1 \r\nB: 2\r\nc:\r\n\r\n";
  from.adopt(head);
  from.add_at(head.find("Host"), 4, head.find("h\r"), 1, HeaderName::Host);
  from.add_at(head.find("a:"), 1, head.find('1', 16), 1, HeaderName::Other);
  from.add_at(head.find("B:"), 1, head.find("2\r"), 1, HeaderName::Other);
  from.add_at(head.find("c:"), 1, head.find("c:") + 2, 0, HeaderName::Other);

  Headers out{{"first", "0"}};
  out.append(from, 1, 1);
  out.append(from, 1, 3);
  out.append(from, 3, 4);
  EXPECT_EQ(out.lines(), "first: 0\r\na:  1 \r\nB: 2\r\nc:\r\n");
  ASSERT_EQ(out.size(), 4u);
  EXPECT_EQ(out.find("a"), "1");
  EXPECT_EQ(out.find("b"), "2");
  EXPECT_EQ(out[3].name, "c");
  EXPECT_EQ(out[3].value, "");
  EXPECT_EQ(from.find(HeaderName::Host), "h");
  EXPECT_EQ(out.find(HeaderName::Host), "");
}

}  // namespace
}  // namespace rlm
