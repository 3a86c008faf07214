#include "dialect/usage_filter.hpp"

#include <gtest/gtest.h>

namespace rlm::dialect {
namespace {

const std::string kFront =
    ": waiting\n\ndata: "
    "{\"choices\":[{\"delta\":{\"content\":\"\\\"usage\\\"\"}}],\"usage\":null}\n\n"
    "data: {\"choices\":[{\"delta\":{}}],\"usage\":{\"prompt_tokens\":1}}\r\n\r\n";
const std::string kUsage = "data: {\"choices\": [], \"usage\":{\"prompt_tokens\":1}}\n\n";
const std::string kEnd = "data: {\"choices\":[],\"usage\":null}\n\ndata: [DONE]\n\n";

std::string passed(std::string_view first, std::string_view second) {
  const auto filter = without_usage_chunk();
  wire::JsonIndex index;
  std::string out;
  EXPECT_TRUE(filter->feed(first, index, out));
  EXPECT_TRUE(filter->feed(second, index, out));
  EXPECT_TRUE(filter->finish(index, out));
  return out;
}

TEST(UsageFilter, KeepsBackTheUsageChunkAloneHoweverTheStreamIsCut) {
  const std::string stream = kFront + kUsage + kEnd;
  for (std::size_t cut = 0; cut <= stream.size(); ++cut)
    ASSERT_EQ(passed(stream.substr(0, cut), stream.substr(cut)), kFront + kEnd) << cut;
}

TEST(UsageFilter, PassesWhatIsNoEventAndWhatIsTooLong) {
  EXPECT_EQ(passed("data: {\"usage\"", ":"), "data: {\"usage\":");
  const std::string longer(70'000, 'x');
  EXPECT_EQ(passed(longer, "\n\n"), longer + "\n\n");
}

}  // namespace
}  // namespace rlm::dialect
