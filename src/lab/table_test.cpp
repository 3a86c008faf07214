#include "lab/table.hpp"

#include <gtest/gtest.h>

namespace rlm::lab {
namespace {

TEST(Table, AlignsTheFirstColumnLeftAndNumbersRight) {
  Table table({"verdict", "n"});
  table.add({"SKIPPED", "84"});
  table.add({"ALL", "125"});
  EXPECT_EQ(table.text(),
            "verdict    n\n"
            "-------  ---\n"
            "SKIPPED   84\n"
            "ALL      125\n");
}

TEST(Table, FillsMissingCells) {
  Table table({"a", "b"});
  table.add({"x"});
  EXPECT_EQ(table.text(), "a  b\n-  -\nx\n");
}

TEST(Formats, AreTheSameInEveryLocale) {
  EXPECT_EQ(percent(0.888), "88.8 %");
  EXPECT_EQ(signed_percent(-0.458), "-45.8 %");
  EXPECT_EQ(signed_percent(0.03), "+3.0 %");
  EXPECT_EQ(dollars(-0.5, 2), "-$0.50");
  EXPECT_EQ(milliseconds(2026.4), "2,026 ms");
  EXPECT_EQ(milliseconds(999), "999 ms");
  EXPECT_EQ(milliseconds(1234567), "1,234,567 ms");
}

TEST(Wrapped, BreaksAtSpacesOnly) {
  EXPECT_EQ(wrapped("one two three", 7), "one two\nthree\n");
  EXPECT_EQ(wrapped("one two", 6, "  "), "  one\n  two\n");
}

}  // namespace
}  // namespace rlm::lab
