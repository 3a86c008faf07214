#include "fetch/source_cache.hpp"

#include <gtest/gtest.h>

namespace rlm::fetch {
namespace {

FetchedPtr made(std::string_view bytes) {
  return std::make_shared<const Fetched>(fetched("image/png", bytes));
}

TEST(Fetched, IsASourceOfAMessagesRequest) {
  const Fetched one = fetched("image/png", "abcd");
  EXPECT_EQ(one.source, R"({"type":"base64","media_type":"image/png","data":"YWJjZA=="})");
  EXPECT_EQ(one.bytes, 4u);
}

TEST(SourceCache, GivesTheSameBytesUntilTheyAreTooOld) {
  FakeClock clock;
  SourceCache cache(100'000, Milliseconds(1000));
  const auto first = made("first");
  EXPECT_EQ(cache.find("u", clock.steady()), nullptr);
  EXPECT_EQ(cache.keep("u", first, clock.steady()), first);
  EXPECT_EQ(cache.keep("u", made("second"), clock.steady()), first) << "both were fetched at once";
  clock.advance(Milliseconds(999));
  EXPECT_EQ(cache.find("u", clock.steady()), first);
  clock.advance(Milliseconds(1));
  EXPECT_EQ(cache.find("u", clock.steady()), nullptr) << "use does not keep it younger";
  EXPECT_EQ(cache.bytes(), 0u);
}

TEST(SourceCache, ForgetsWhatWasUnusedLongest) {
  FakeClock clock;
  SourceCache cache(3 * (256 + 1 + made("x")->source.size()), Milliseconds(1000));
  for (const char* url : {"a", "b", "c"}) cache.keep(url, made("x"), clock.steady());
  const std::size_t full = cache.bytes();
  EXPECT_NE(cache.find("a", clock.steady()), nullptr);
  cache.keep("d", made("x"), clock.steady());
  EXPECT_EQ(cache.bytes(), full);
  EXPECT_NE(cache.find("a", clock.steady()), nullptr);
  EXPECT_EQ(cache.find("b", clock.steady()), nullptr);
  EXPECT_NE(cache.find("c", clock.steady()), nullptr);
  EXPECT_NE(cache.find("d", clock.steady()), nullptr);
}

TEST(SourceCache, KeepsNothingThatAloneIsTooLargeAndNothingWhenToldSo) {
  FakeClock clock;
  SourceCache small(400, Milliseconds(1000));
  small.keep("a", made("x"), clock.steady());
  const auto large = made(std::string(1000, 'x'));
  EXPECT_EQ(small.keep("b", large, clock.steady()), large);
  EXPECT_EQ(small.find("b", clock.steady()), nullptr);
  EXPECT_NE(small.find("a", clock.steady()), nullptr);
  SourceCache none(100'000, Milliseconds(0));
  none.keep("a", made("x"), clock.steady());
  EXPECT_EQ(none.bytes(), 0u);
}

}  // namespace
}  // namespace rlm::fetch
