#include "wire/usage_json.hpp"

#include <gtest/gtest.h>

namespace rlm::wire {
namespace {

Usage read(const std::string& json, Tokens missing = 0) {
  JsonIndex index;
  const auto root = index.parse(json);
  EXPECT_TRUE(root) << json;
  return root ? read_usage(*root, missing) : Usage{};
}

struct UsageCase {
  const char* json;
  Usage usage;
};

TEST(UsageJson, ReadsEveryClassAndForgivesWhatIsMissing) {
  for (
      const auto& [json, usage] : std::initializer_list<UsageCase>{
          {R"(null)", {}},
          {R"({"input_tokens":null,"output_tokens":"7"})", {}},
          {R"({"input_tokens":1,"output_tokens":2,"cache_read_input_tokens":3})",
           {.input = 1, .cache_read = 3, .output = 2}},
          {R"({"cache_creation_input_tokens":9})", {.cache_write_5m = 9}},
          {R"({"cache_creation_input_tokens":9,"cache_creation":null})", {.cache_write_5m = 9}},
          {R"({"cache_creation_input_tokens":9,"cache_creation":{"ephemeral_5m_input_tokens":4,"ephemeral_1h_input_tokens":5}})",
           {.cache_write_5m = 4, .cache_write_1h = 5}},
          {R"({"cache_creation_input_tokens":9,"cache_creation":{"ephemeral_1h_input_tokens":5}})",
           {.cache_write_5m = 4, .cache_write_1h = 5}},
          {R"({"cache_creation":{"ephemeral_5m_input_tokens":4,"ephemeral_1h_input_tokens":null}})",
           {.cache_write_5m = 4}},
          {R"({"input_tokens":-5,"output_tokens":99999999999999})", {.output = kTokensMax}}})
    EXPECT_EQ(read(json), usage) << json;
}

TEST(UsageJson, SumsIterationsOnlyWhereTheTotalsLeaveThemOut) {
  const std::string totals = R"({"input_tokens":10,"output_tokens":1,"iterations":[)";
  const std::string own = R"({"type":"message","input_tokens":10,"output_tokens":1})";
  EXPECT_EQ(read(totals + own + "]}").input, 10);
  EXPECT_EQ(
      read(totals + own + R"(,{"type":"compaction","input_tokens":100,"output_tokens":20}]})"),
      (Usage{.input = 110, .output = 21}));
  EXPECT_EQ(
      read(
          totals + own +
          R"(,{"type":"compaction","input_tokens":100},{"type":"fallback_message","input_tokens":7}]})")
          .input,
      10);
  EXPECT_EQ(read(totals + "]}").input, 10);
}

struct MergeCase {
  const char* name;
  Usage before;
  Usage later;
  Usage after;
};

TEST(UsageJson, LaterTotalsOverwriteWhatTheyName) {
  for (const auto& [name, before, later, after] : std::initializer_list<MergeCase>{
           {"output only",
            {.input = 9, .cache_read = 5, .output = 1},
            {.input = -1,
            .cache_write_5m = -1,
            .cache_write_1h = -1,
            .cache_read = -1,
            .output = 7},
            {.input = 9, .cache_read = 5, .output = 7, .reported = true}},
           {"a zero is a count",
            {.input = 9},
            {.input = 0, .cache_write_5m = -1, .cache_write_1h = -1, .cache_read = -1, .output = 0},
            {.reported = true}},
           {"nothing",
            {.input = 9, .output = 1},
            {.input = -1,
            .cache_write_5m = -1,
            .cache_write_1h = -1,
            .cache_read = -1,
            .output = -1},
            {.input = 9, .output = 1}},
           {"writes without their split",
            {.cache_write_5m = 2, .cache_write_1h = 8},
            {.cache_write_5m = 10, .cache_write_1h = -1},
            {.cache_write_5m = 2, .cache_write_1h = 8, .reported = true}},
           {"fewer writes than the 1-hour ones",
            {.cache_write_5m = 2, .cache_write_1h = 8},
            {.cache_write_5m = 6, .cache_write_1h = -1},
            {.cache_write_1h = 6, .reported = true}},
           {"writes with their split",
            {.cache_write_5m = 2, .cache_write_1h = 8},
            {.cache_write_5m = 1, .cache_write_1h = 3},
            {.cache_write_5m = 1, .cache_write_1h = 3, .reported = true}}}) {
    Usage total = before;
    merge_usage(total, later);
    EXPECT_EQ(total, after) << name;
  }
}

TEST(UsageJson, WritesWhatItReads) {
  const Usage usage{
      .input = 1, .cache_write_5m = 2, .cache_write_1h = 3, .cache_read = 4, .output = 5};
  std::string out;
  append_usage(out, usage);
  EXPECT_EQ(read(out), usage);
}

}  // namespace
}  // namespace rlm::wire
