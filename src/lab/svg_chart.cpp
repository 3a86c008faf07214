#include "lab/svg_chart.hpp"

#include <algorithm>
#include <cmath>

#include "lab/table.hpp"

namespace rlm::lab {
namespace {

constexpr double kWidth = 420, kHeight = 290;
constexpr double kLeft = 58, kRight = 24, kTop = 46, kBottom = 44;
constexpr const char* kColours[] = {"#1b6ca8", "#b5452c", "#5b8c3a", "#8a5aa8",
                                    "#c08a1e", "#3a8c8c", "#666666"};

struct Axis {
  double low = 0;
  double high = 1;
  double step = .2;
};

/// Round steps of 1, 2 or 5 that cover the values.
Axis axis_of(double low, double high) {
  if (!(high > low)) high = low + (low == 0 ? 1 : std::abs(low));
  const double rough = (high - low) / 5;
  const double power = std::pow(10, std::floor(std::log10(rough)));
  double step = 10 * power;
  for (const double nice : {1.0, 2.0, 5.0})
    if (nice * power >= rough) {
      step = nice * power;
      break;
    }
  return {std::floor(low / step) * step, std::ceil(high / step) * step, step};
}

bool is_drawn(const std::pair<double, double>& point) {
  return std::isfinite(point.first) && std::isfinite(point.second);
}

template <class Member>
Axis axis_over(const Chart& chart, Member member, bool from_zero) {
  double low = from_zero ? 0 : HUGE_VAL;
  double high = from_zero ? 0 : -HUGE_VAL;
  for (const auto& series : chart.series)
    for (const auto& point : series.points) {
      if (!is_drawn(point)) continue;
      low = std::min(low, point.*member);
      high = std::max(high, point.*member);
    }
  return low <= high ? axis_of(low, high) : Axis{};
}

class Drawing {
 public:
  explicit Drawing(const Chart& chart)
      : chart_(chart),
        x_(axis_over(chart, &std::pair<double, double>::first, chart.x_from_zero)),
        y_(axis_over(chart, &std::pair<double, double>::second, chart.y_from_zero)) {}

  std::string draw() {
    out_ = "<svg viewBox=\"0 0 " + number(kWidth) + " " +
           number(kHeight + 4 + 16 * static_cast<double>(chart_.series.size())) +
           "\" role=\"img\"><title>" + html_text(chart_.title) + "</title>";
    text(kWidth / 2, 16, "middle", chart_.title, "font-weight=\"bold\"");
    axes();
    for (std::size_t i = 0; i < chart_.series.size(); ++i) series(i);
    return out_ + "</svg>\n";
  }

 private:
  static std::string number(double value) { return decimal(value, 1); }
  double at_x(double value) const {
    return kLeft + (value - x_.low) / (x_.high - x_.low) * (kWidth - kLeft - kRight);
  }
  double at_y(double value) const {
    return kHeight - kBottom - (value - y_.low) / (y_.high - y_.low) * (kHeight - kTop - kBottom);
  }
  void text(double x, double y, const char* anchor, const std::string& words,
            const std::string& more = "") {
    out_ += "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" text-anchor=\"" + anchor +
            "\" " + more + ">" + html_text(words) + "</text>";
  }
  void line(double x1, double y1, double x2, double y2, const std::string& style) {
    out_ += "<line x1=\"" + number(x1) + "\" y1=\"" + number(y1) + "\" x2=\"" + number(x2) +
            "\" y2=\"" + number(y2) + "\" " + style + "/>";
  }
  std::string label(double value, const Axis& axis) const {
    const double shown = chart_.in_percent ? 100 * value : value;
    const double step = chart_.in_percent ? 100 * axis.step : axis.step;
    const int digits = step >= 1 ? 0 : static_cast<int>(std::ceil(-std::log10(step) - 1e-9));
    return decimal(shown, digits) + (chart_.in_percent ? " %" : "");
  }

  void axes() {
    for (double at = x_.low; at <= x_.high + x_.step / 2; at += x_.step) {
      line(at_x(at), kTop, at_x(at), kHeight - kBottom, "stroke=\"#ddd\"");
      text(at_x(at), kHeight - kBottom + 14, "middle", label(at, x_));
    }
    for (double at = y_.low; at <= y_.high + y_.step / 2; at += y_.step) {
      line(kLeft, at_y(at), kWidth - kRight, at_y(at), "stroke=\"#ddd\"");
      text(kLeft - 4, at_y(at) + 4, "end", label(at, y_));
    }
    text((kLeft + kWidth - kRight) / 2, kHeight - 12, "middle", chart_.x_label);
    text(8, kTop - 10, "start", chart_.y_label);
  }

  void series(std::size_t index) {
    const ChartSeries& series = chart_.series[index];
    const std::string colour = kColours[index % std::size(kColours)];
    const bool dots = series.look == ChartSeries::Look::Dots;
    std::string path;
    for (const auto& point : series.points) {
      if (!is_drawn(point)) continue;
      const std::string x = number(at_x(point.first));
      const std::string y = number(at_y(point.second));
      if (dots)
        out_ += "<circle cx=\"" + x + "\" cy=\"" + y + "\" r=\"4\" fill=\"" + colour + "\"/>";
      else
        path += x + "," + y + " ";
    }
    if (!path.empty())
      out_ += "<polyline fill=\"none\" stroke-width=\"2\" stroke=\"" + colour + "\"" +
              (series.look == ChartSeries::Look::Dashed ? " stroke-dasharray=\"5 4\"" : "") +
              " points=\"" + path + "\"/>";
    const double y = kHeight + 4 + 16 * static_cast<double>(index);
    out_ += "<rect x=\"" + number(kLeft) + "\" y=\"" + number(y - 8) +
            "\" width=\"10\" height=\"8\" fill=\"" + colour + "\"/>";
    text(kLeft + 16, y, "start", series.name);
  }

  const Chart& chart_;
  Axis x_;
  Axis y_;
  std::string out_;
};

}  // namespace

std::string html_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string svg(const Chart& chart) {
  return Drawing(chart).draw();
}

std::string html_page(std::string_view title, const std::vector<Chart>& charts,
                      std::string_view text) {
  std::string page =
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>" +
      html_text(title) +
      "</title>\n<style>body{font:15px/1.4 system-ui,sans-serif;margin:2em;color:#222}"
      "svg{width:420px;max-width:100%;margin:0 16px 16px 0;vertical-align:top}"
      "svg text{font:11px system-ui,sans-serif;fill:#333}"
      "pre{overflow-x:auto;font-size:12px}</style></head>\n<body><h1>" +
      html_text(title) + "</h1>\n";
  for (const Chart& chart : charts) page += svg(chart);
  return page + "<pre>" + html_text(text) + "</pre></body></html>\n";
}

}  // namespace rlm::lab
