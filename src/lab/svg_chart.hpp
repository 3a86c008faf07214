#pragma once
// Small charts and a page around them, in one file without scripts or other files.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rlm::lab {

struct ChartSeries {
  enum class Look { Line, Dashed, Dots };
  std::string name;
  std::vector<std::pair<double, double>> points;
  Look look = Look::Line;
};

/// Axes reach over all points and, where they say so, begin at 0.
struct Chart {
  std::string title;
  std::string x_label;
  std::string y_label;
  std::vector<ChartSeries> series;
  bool x_from_zero = true;
  bool y_from_zero = false;
  bool in_percent = false;  // both axes
};

/// An inline <svg>; colours follow the order of the series. Points that are no numbers are left
/// out.
std::string svg(const Chart& chart);

/// A whole HTML page: the charts side by side, then `text` as it would stand in a terminal.
std::string html_page(std::string_view title, const std::vector<Chart>& charts,
                      std::string_view text);

/// `text` with the characters escaped that mean something in HTML.
std::string html_text(std::string_view text);

}  // namespace rlm::lab
