#include "wire/json_cursor.hpp"

#include <gtest/gtest.h>
#include <vector>

namespace rlm::wire {
namespace {

using namespace std::string_literals;

TEST(JsonCursor, AcceptsEveryKindOfJson) {
  JsonIndex index;
  for (const char* text :
       {"{}", "[]", "\"\"", "0", "-0.5e+10", "true", "false", "null", " [ 1 , 2 ] ",
        R"({"a":{"b":[{}, [], "c"]}})", "1e999", "123456789012345678901234567890",
        R"(["\u0041", "é", "\\", "\""])", "[1,\n2]", "{\"\":0}", "  true  "})
    EXPECT_TRUE(index.parse(text)) << text;
}

struct BadCase {
  std::string text;
  const char* place;
};

TEST(JsonCursor, RefusesWhatIsNotJsonAndSaysWhere) {
  JsonIndex index;
  for (const auto& [text, place] : std::initializer_list<BadCase>{
           {"", "line 1 column 1 (char 0)"},           {"   ", "line 1 column 4 (char 3)"},
           {"{", "line 1 column 2 (char 1)"},          {"[1,2", "line 1 column 5 (char 4)"},
           {"[1,\n 2 3]", "line 2 column 4 (char 7)"}, {"[1,]", "line 1 column 4 (char 3)"},
           {"[,1]", "line 1 column 2 (char 1)"},       {"{\"a\" 1}", "line 1 column 6 (char 5)"},
           {"{\"a\":}", "line 1 column 6 (char 5)"},   {"{\"a\":1,}", "line 1 column 8 (char 7)"},
           {"{1:2}", "line 1 column 2 (char 1)"},      {"[1}", "line 1 column 3 (char 2)"},
           {"{\"a\":1]", "line 1 column 7 (char 6)"},  {"[[1]", "line 1 column 5 (char 4)"},
           {"1 2", "line 1 column 3 (char 2)"},        {"[]]", "line 1 column 3 (char 2)"},
           {"[01]", "line 1 column 2 (char 1)"},       {"[1.]", "line 1 column 2 (char 1)"},
           {"[-]", "line 1 column 2 (char 1)"},        {"[1e]", "line 1 column 2 (char 1)"},
           {"[+1]", "line 1 column 2 (char 1)"},       {"[tru]", "line 1 column 2 (char 1)"},
           {"[truex]", "line 1 column 2 (char 1)"},    {"[nulll]", "line 1 column 2 (char 1)"},
           {"[1\"a\"]", "line 1 column 2 (char 1)"},   {"[\"a\"b]", "line 1 column 5 (char 4)"},
           {"\"abc", "line 1 column 1 (char 0)"},      {"[\"a\nb\"]", "line 1 column 4 (char 3)"},
           {"[\"\xff\"]", "line 1 column 3 (char 2)"}, {"[\"a\\\"]", "line 1 column 2 (char 1)"},
           {"\0"s, "line 1 column 1 (char 0)"}}) {
    auto parsed = index.parse(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().kind, ErrorKind::BadRequest) << text;
    EXPECT_EQ(parsed.error().source, Source::Client);
    EXPECT_NE(parsed.error().message.find(place), std::string::npos)
        << text << " -> " << parsed.error().message;
  }
}

TEST(JsonCursor, NestsToTheLimitAndNotDeeper) {
  JsonIndex index;
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_TRUE(index.parse(nested(128)));
  const auto deeper = index.parse(nested(129));
  ASSERT_FALSE(deeper);
  EXPECT_EQ(deeper.error().kind, ErrorKind::TooLarge);
  EXPECT_FALSE(index.parse(nested(4), {.depth_max = 3}));
  EXPECT_TRUE(index.parse("7", {.depth_max = 0}));
}

TEST(JsonCursor, HoldsAsManyStructuralsAsTheLimitAndNotMore) {
  JsonIndex index;
  EXPECT_TRUE(index.parse("[1,2]", {.structurals_max = 5}));
  const auto more = index.parse("[1,2]", {.structurals_max = 4});
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().kind, ErrorKind::TooLarge);
}

TEST(JsonCursor, KnowsWhereEachValueStands) {
  const std::string text =
      R"( {"s" : "a\"b" , "o":{"x":[1]} ,"n": -12  , "t":true,"z":null, "f":false } )";
  JsonIndex index;
  const auto root = index.parse(text);
  ASSERT_TRUE(root);
  std::vector<std::string> seen;
  root->each_member([&](std::string_view key, JsonValue value) {
    seen.push_back(std::string(key) + "=" + std::string(value.raw()));
    EXPECT_EQ(text.substr(value.span().begin, value.span().size()), value.raw());
    return true;
  });
  EXPECT_EQ(seen, (std::vector<std::string>{R"(s="a\"b")", R"(o={"x":[1]})", "n=-12", "t=true",
                                            "z=null", "f=false"}));
  EXPECT_EQ(root->raw(), text.substr(1, text.size() - 2));
}

TEST(JsonCursor, WalksNestedArraysAndStopsWhenTold) {
  JsonIndex index;
  const auto root = index.parse(R"([1,[2,[3]],{"a":[4]},"x"])");
  ASSERT_TRUE(root);
  std::vector<std::string> seen;
  root->each_element([&](JsonValue value) {
    seen.emplace_back(value.raw());
    return seen.size() < 3;
  });
  EXPECT_EQ(seen, (std::vector<std::string>{"1", "[2,[3]]", R"({"a":[4]})"}));
}

TEST(JsonCursor, FindsMembersByTheirUnescapedKey) {
  JsonIndex index;
  const auto root = index.parse(R"({"mod\u0065l":"m","a":1,"a":2})");
  ASSERT_TRUE(root);
  EXPECT_EQ(root->member("model").string(), "m");
  EXPECT_EQ(root->member("a").integer(0), 1);
  EXPECT_FALSE(root->member("b").exists());
  EXPECT_FALSE(root->member("a").member("b").exists());
}

TEST(JsonCursor, ReadsTypesStringsAndIntegers) {
  JsonIndex index;
  const auto root =
      index.parse(R"(["a\nb", 12, -3, 1.5, 99999999999999999999, true, null, {}, []])");
  ASSERT_TRUE(root);
  std::vector<JsonValue> values;
  root->each_element([&](JsonValue value) {
    values.push_back(value);
    return true;
  });
  using Type = JsonValue::Type;
  const std::vector<Type> types = {Type::String, Type::Number, Type::Number,
                                   Type::Number, Type::Number, Type::True,
                                   Type::Null,   Type::Object, Type::Array};
  ASSERT_EQ(values.size(), types.size());
  for (std::size_t i = 0; i < types.size(); ++i) EXPECT_EQ(values[i].type(), types[i]) << i;
  EXPECT_EQ(values[0].string(), "a\nb");
  EXPECT_TRUE(values[0].equals(R"(a\nb)"));
  EXPECT_EQ(values[1].integer(-1), 12);
  EXPECT_EQ(values[2].integer(-1), -3);
  EXPECT_EQ(values[3].integer(-1), -1);
  EXPECT_EQ(values[4].integer(-1), -1);
  EXPECT_EQ(values[5].integer(-1), -1);
  EXPECT_EQ(values[1].string(), "");
}

TEST(JsonCursor, AnAbsentValueHasNothing) {
  const JsonValue absent;
  EXPECT_FALSE(absent.exists());
  EXPECT_FALSE(absent.is(JsonValue::Type::Null));
  EXPECT_EQ(absent.raw(), "");
  EXPECT_EQ(absent.string(), "");
  EXPECT_EQ(absent.integer(7), 7);
  absent.each_member([](std::string_view, JsonValue) { return ADD_FAILURE(), true; });
}

TEST(JsonCursor, IsReusedForLargerAndSmallerDocuments) {
  JsonIndex index;
  std::string large = "[0";
  for (int i = 0; i < 1'000'000; ++i) large += ",1";
  large += "]";
  for (int round = 0; round < 2; ++round) {
    ASSERT_TRUE(index.parse("[1]"));
    const auto root = index.parse(large);
    ASSERT_TRUE(root);
    std::int64_t sum = 0;
    root->each_element([&](JsonValue value) {
      sum += value.integer(0);
      return true;
    });
    EXPECT_EQ(sum, 1'000'000);
    EXPECT_FALSE(index.parse("[1"));
  }
}

}  // namespace
}  // namespace rlm::wire
