#include "upstream/telling.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace rlm::upstream {
namespace {

Error status(int code, std::optional<std::int64_t> retry_after_ms = {}) {
  Error error(ErrorKind::UpstreamStatus, Source::Upstream, std::to_string(code));
  error.status = code;
  error.retry_after_ms = retry_after_ms;
  return error;
}

Error failure(ErrorKind kind) {
  return Error(kind, Source::Upstream, std::string(name_of(kind)));
}

TEST(FallsOver, OnlyWhatAnotherEndpointMightDoBetter) {
  for (const int code : {401, 403, 404, 408, 429, 500, 501, 502, 503, 504, 529})
    EXPECT_TRUE(falls_over(status(code))) << code;
  for (const int code : {400, 402, 409, 413, 422}) EXPECT_FALSE(falls_over(status(code))) << code;
  for (const auto kind :
       {ErrorKind::Unreachable, ErrorKind::Timeout, ErrorKind::Protocol, ErrorKind::Overloaded,
        ErrorKind::Forbidden, ErrorKind::BadRequest, ErrorKind::NotFound})
    EXPECT_TRUE(falls_over(failure(kind))) << name_of(kind);
  for (const auto kind : {ErrorKind::Cancelled, ErrorKind::TooLarge, ErrorKind::Internal})
    EXPECT_FALSE(falls_over(failure(kind))) << name_of(kind);
}

TEST(TellsMore, WhatAClientCanActOnThenWhatWillPassThenTheRest) {
  // What tells most comes first; of those in one line the later endpoint's is told.
  const std::vector<std::vector<Error>> order{
      {status(429, 100)},
      {status(429, 5000)},
      {status(429)},
      {status(401), status(403)},
      {status(404)},
      {status(529, 1000)},
      {status(529)},
      {status(500), status(501), status(502), status(503), status(408)},
      {failure(ErrorKind::Timeout), failure(ErrorKind::Protocol)},
      {failure(ErrorKind::Unreachable)},
      {failure(ErrorKind::BadRequest), failure(ErrorKind::NotFound)},
      {failure(ErrorKind::Forbidden)},
      {failure(ErrorKind::Overloaded)},
  };
  for (std::size_t high = 0; high < order.size(); ++high)
    for (const Error& a : order[high]) {
      for (const Error& alike : order[high]) EXPECT_TRUE(tells_more(a, alike)) << a.message;
      for (std::size_t low = high + 1; low < order.size(); ++low)
        for (const Error& b : order[low]) {
          EXPECT_TRUE(tells_more(a, b)) << a.message << " before " << b.message;
          EXPECT_FALSE(tells_more(b, a)) << a.message << " before " << b.message;
        }
    }
}

}  // namespace
}  // namespace rlm::upstream
