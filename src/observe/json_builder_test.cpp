#include "observe/json_builder.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace rlm::observe {
namespace {

struct DollarsCase {
  const char* name;
  std::int64_t nanousd;
  const char* text;
};

class DollarsText : public testing::TestWithParam<DollarsCase> {};

TEST_P(DollarsText, IsExact) {
  EXPECT_EQ(dollars_text({GetParam().nanousd}), GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(
    Money, DollarsText,
    testing::Values(DollarsCase{"Zero", 0, "0"}, DollarsCase{"OneNano", 1, "0.000000001"},
                    DollarsCase{"NoTrailingZeros", 1'250'000, "0.00125"},
                    DollarsCase{"WholeDollars", 7'000'000'000, "7"},
                    DollarsCase{"Negative", -1'500'000'000, "-1.5"},
                    DollarsCase{"SmallNegativeKeepsItsSign", -1, "-0.000000001"},
                    DollarsCase{"Lowest", std::numeric_limits<std::int64_t>::min(),
                                "-9223372036.854775808"}),
    [](const auto& of) { return of.param.name; });

TEST(JsonBuilder, PutsCommasBetweenMembersAndElementsOnly) {
  JsonBuilder json;
  json.open('{').member("a", std::int64_t{1}).key("b").open('[').number(2).text("x").close(']');
  json.key("c").open('{').close('}').member_ms("d", -1).close('}');
  EXPECT_EQ(json.str(), R"({"a":1,"b":[2,"x"],"c":{},"d":null})");
}

TEST(JsonBuilder, EscapesTextsAndNeverWritesNaN) {
  JsonBuilder json;
  json.open('[').text("\"\n</script>").real(std::nan("")).real(0.25).boolean(true).close(']');
  EXPECT_EQ(json.str(), "[\"\\\"\\n</script>\",null,0.25,true]");
}

}  // namespace
}  // namespace rlm::observe
