#include "upstream/forward_headers.hpp"

#include <gtest/gtest.h>

namespace rlm::upstream {
namespace {

EndpointConfig endpoint(bool is_anthropic, std::string key = {}) {
  EndpointConfig config;
  config.is_anthropic = is_anthropic;
  config.api_key = Secret(std::move(key));
  return config;
}

std::string names_of(const Headers& headers) {
  std::string names;
  for (const Header header : headers) names.append(names.empty() ? "" : " ").append(header.name);
  return names;
}

TEST(RequestHeaders, CrossInTheirOrderButForTheHopsAndOurs) {
  const Headers client{{"Host", "h"},
                       {"X-Api-Key", "k"},
                       {"te", "trailers"},
                       {"anthropic-beta", "b"},
                       {"X-RLM-Plan", "direct"},
                       {"content-length", "3"},
                       {"Accept-Encoding", "br"},
                       {"anthropic-beta", "c"},
                       {"expect", "100-continue"},
                       {"x-unknown", "u"}};
  const Headers sent = request_headers_for(endpoint(true), client);
  EXPECT_EQ(names_of(sent), "X-Api-Key anthropic-beta anthropic-beta x-unknown");
  EXPECT_EQ(sent[2].value, "c");
}

TEST(RequestHeaders, AKeyOfTheEndpointReplacesEveryCredential) {
  const Headers client{{"x-api-key", "client"},
                       {"Authorization", "Bearer client"},
                       {"api-key", "client"},
                       {"a", "b"}};
  const Headers sent = request_headers_for(endpoint(true, "own"), client);
  EXPECT_EQ(names_of(sent), "a x-api-key");
  EXPECT_EQ(find_header(sent, "x-api-key"), "own");
}

TEST(RequestHeaders, AnotherVendorGetsNothingOfTheClient) {
  const Headers client{
      {"x-api-key", "client"}, {"anthropic-beta", "b"}, {"user-agent", "cli"}, {"x-session", "s"}};
  EndpointConfig config = endpoint(false, "own");
  const Headers sent = request_headers_for(config, client);
  EXPECT_EQ(names_of(sent), "content-type anthropic-version user-agent x-api-key");
  config.auth = EndpointConfig::Auth::Bearer;
  EXPECT_EQ(find_header(request_headers_for(config, client), "authorization"), "Bearer own");
}

TEST(RequestHeaders, AClientsSignatureOfItsOwnHopStays) {
  const Headers client{{"X-Amz-Date", "20260921T141320Z"},
                       {"x-amz-security-token", "t"},
                       {"x-amzn-trace", "a"},
                       {"x-amz-", "b"},
                       {"X-AMZ-Content-Sha256", "h"},
                       {"x-a", "c"}};
  EXPECT_EQ(names_of(request_headers_for(endpoint(true), client)), "x-amzn-trace x-amz- x-a");
  EXPECT_EQ(names_of(request_headers_for(endpoint(true, "own"), client)),
            "x-amzn-trace x-amz- x-a x-api-key");
}

TEST(RequestHeaders, WhatConnectionNamesStays) {
  const Headers client{
      {"Connection", "close , X-One,x-two"}, {"x-one", "1"}, {"X-Two", "2"}, {"x-three", "3"}};
  EXPECT_EQ(names_of(request_headers_for(endpoint(true), client)), "x-three");
}

TEST(ResponseHeaders, CrossButForTheHopCookiesLengthAndOurName) {
  const Headers upstream{{"Date", "d"},
                         {"Content-Length", "5"},
                         {"Set-Cookie", "c"},
                         {"X-RLM-Verdict", "x"},
                         {"transfer-encoding", "chunked"},
                         {"connection", "close, x-hop"},
                         {"x-hop", "1"},
                         {"Request-Id", "r"},
                         {"content-encoding", "gzip"}};
  EXPECT_EQ(names_of(response_headers_of(upstream)), "Date Request-Id content-encoding");
}

}  // namespace
}  // namespace rlm::upstream
