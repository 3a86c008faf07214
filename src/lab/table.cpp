#include "lab/table.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>

namespace rlm::lab {

namespace {

void append_padded(std::string& out, std::string_view cell, std::size_t width, bool left) {
  const std::string gap(width > cell.size() ? width - cell.size() : 0, ' ');
  if (!left) out += gap;
  out += cell;
  if (left) out += gap;
}

}  // namespace

std::string Table::text() const {
  std::vector<std::size_t> widths;
  for (const auto& name : header_) widths.push_back(name.size());
  for (const auto& row : rows_)
    for (std::size_t i = 0; i < row.size() && i < widths.size(); ++i)
      widths[i] = std::max(widths[i], row[i].size());

  std::string out;
  const auto append_row = [&](const std::vector<std::string>& row) {
    std::string line;
    for (std::size_t i = 0; i < widths.size(); ++i) {
      if (i > 0) line += "  ";
      append_padded(line, i < row.size() ? std::string_view(row[i]) : std::string_view(), widths[i],
                    i == 0);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line;
    out += '\n';
  };
  append_row(header_);
  std::vector<std::string> rule;
  for (const std::size_t width : widths) rule.emplace_back(width, '-');
  append_row(rule);
  for (const auto& row : rows_) append_row(row);
  return out;
}

std::string decimal(double value, int digits) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

std::string percent(double share, int digits) {
  return decimal(share * 100, digits) + " %";
}

std::string signed_percent(double share, int digits) {
  char text[64];
  std::snprintf(text, sizeof text, "%+.*f %%", digits, share * 100);
  return text;
}

std::string dollars(double value, int digits) {
  return (value < 0 ? "-$" : "$") + decimal(std::abs(value), digits);
}

std::string milliseconds(double value) {
  std::string digits = std::to_string(std::llround(value));
  const std::size_t first = digits[0] == '-' ? 1 : 0;
  for (std::size_t at = digits.size(); at > first + 3; at -= 3) digits.insert(at - 3, ",");
  return digits + " ms";
}

std::string wrapped(std::string_view text, std::size_t width, std::string_view indent) {
  std::string out;
  std::string line(indent);
  bool empty = true;
  while (!text.empty()) {
    const std::size_t space = text.find(' ');
    const std::string_view word = text.substr(0, space);
    text = space == std::string_view::npos ? std::string_view() : text.substr(space + 1);
    if (!empty && line.size() + 1 + word.size() > width) {
      out += line + '\n';
      line = indent;
      empty = true;
    }
    if (!empty) line += ' ';
    line += word;
    empty = false;
  }
  return out + line + '\n';
}

}  // namespace rlm::lab
