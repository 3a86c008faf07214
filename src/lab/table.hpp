#pragma once
// Plain aligned tables for a terminal: no colours, no box drawing, so that they can be pasted
// anywhere.

#include <string>
#include <string_view>
#include <vector>

namespace rlm::lab {

/// Rows of text cells under a header. The first column is aligned left, all others right.
class Table {
 public:
  explicit Table(std::vector<std::string> header) : header_(std::move(header)) {}

  /// Missing cells are empty; there may not be more than the header has.
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  /// Every line ends with a line break; columns are two spaces apart.
  std::string text() const;

 private:
  std::vector<std::string> header_;
  std::vector<std::vector<std::string>> rows_;
};

/// "88.8 %" of 0.888; with `digits` behind the point.
std::string percent(double share, int digits = 1);
/// "-45.8 %" and "+3.0 %": the change that a saving means for the bill.
std::string signed_percent(double share, int digits = 1);
std::string decimal(double value, int digits);
/// "$0.0123"; a minus sign stands before the dollar.
std::string dollars(double value, int digits = 4);
/// "2,026 ms".
std::string milliseconds(double value);

/// `text` broken at spaces into lines of at most `width`, each behind `indent`.
std::string wrapped(std::string_view text, std::size_t width = 96, std::string_view indent = "");

}  // namespace rlm::lab
