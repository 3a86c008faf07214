#include "lab/paper_report.hpp"

#include <gtest/gtest.h>

#include "wire/json_cursor.hpp"

namespace rlm::lab {
namespace {

TEST(PaperReport, SaysWhereTheSavingDoesNotFollow) {
  const std::string text = paper_report({});
  for (const char* expected :
       {"Shares and prices alone do not give 45.8 %", "ENHANCED is always dearer than direct",
        "111 of 125", "negative", "not available to us", "Fisher's exact test p = 1.00", "1.825"})
    EXPECT_NE(text.find(expected), std::string::npos) << expected << "\n" << text;
}

TEST(PaperReport, KeepsToATerminalsWidth) {
  const std::string text = paper_report({});
  std::size_t begin = 0;
  for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', begin)) {
    EXPECT_LE(end - begin, 110u) << text.substr(begin, end - begin);
    begin = end + 1;
  }
}

TEST(PaperReportJson, IsOneObjectWithEveryWorkloadAndCache) {
  const std::string text = paper_report_json({});
  wire::JsonIndex index;
  const auto root = index.parse(text);
  ASSERT_TRUE(root.has_value()) << root.error().message;
  int rows = 0;
  root->member("by_cache").each_element([&](wire::JsonValue) { return ++rows > 0; });
  EXPECT_EQ(rows, 12);
}

}  // namespace
}  // namespace rlm::lab
