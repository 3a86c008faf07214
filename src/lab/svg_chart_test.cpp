#include "lab/svg_chart.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace rlm::lab {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(SvgChart, DrawsEachSeriesAndNamesIt) {
  const std::string drawn = svg(
      {.title = "T",
       .x_label = "x",
       .y_label = "y",
       .series = {{"a line", {{0, 1}, {1, 2}}}, {"dots", {{.5, 1.5}}, ChartSeries::Look::Dots}}});
  EXPECT_THAT(drawn, HasSubstr("<polyline"));
  EXPECT_THAT(drawn, HasSubstr("<circle"));
  EXPECT_THAT(drawn, HasSubstr("a line"));
}

TEST(SvgChart, StandsWhateverThePointsAre) {
  for (const auto& points :
       std::vector<std::vector<std::pair<double, double>>>{{},
                                                           {{0, 0}},
                                                           {{5, 5}, {5, 5}},
                                                           {{NAN, 1}, {1, HUGE_VAL}},
                                                           {{-1e9, 1e-9}, {1e9, 2e-9}}}) {
    const std::string drawn =
        svg({.title = "T", .x_label = "", .y_label = "", .series = {{"s", points}}});
    EXPECT_THAT(drawn, Not(HasSubstr("nan")));
    EXPECT_THAT(drawn, Not(HasSubstr("inf")));
    EXPECT_LT(drawn.size(), 20'000u);
  }
}

TEST(HtmlPage, NeedsNoOtherFileAndEscapesWhatItShows) {
  const std::string page = html_page("a <b> & \"c\"", {}, "x < y\n<script>");
  EXPECT_THAT(page, HasSubstr("a &lt;b&gt; &amp; &quot;c&quot;"));
  EXPECT_THAT(page, HasSubstr("x &lt; y\n&lt;script&gt;"));
  for (const char* other : {"http:", "https:", "src=", "@import", "<script"})
    EXPECT_THAT(page, Not(HasSubstr(other)));
}

}  // namespace
}  // namespace rlm::lab
