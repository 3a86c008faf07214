#include "web/assets.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rlm::web {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(WebAssets, AreFoundByNameAndThePageIsTheDefault) {
  const auto page = find_asset("");
  ASSERT_TRUE(page);
  EXPECT_EQ(page->bytes, find_asset("index.html")->bytes);
  EXPECT_EQ(page->content_type, "text/html; charset=utf-8");
  for (const char* name : {"app.js", "app.css", "icon.svg"}) {
    const auto asset = find_asset(name);
    ASSERT_TRUE(asset) << name;
    EXPECT_GT(asset->bytes.size(), 100u) << name;
    EXPECT_THAT(std::string(page->bytes), HasSubstr("\"/dashboard/" + std::string(name) + '"'));
  }
}

TEST(WebAssets, AreNothingElse) {
  for (const char* name : {"app.ts", "../index.html", "INDEX.HTML", "app.js/"})
    EXPECT_FALSE(find_asset(name)) << name;
}

// The server's policy refuses inline code, and the page must not ask other hosts.
TEST(WebAssets, HoldNothingThatTheContentSecurityPolicyRefuses) {
  const std::string page(find_asset("")->bytes);
  EXPECT_THAT(page, Not(HasSubstr("style=")));
  EXPECT_THAT(page, Not(HasSubstr("<style")));
  EXPECT_THAT(page, Not(HasSubstr("<script>")));
  EXPECT_THAT(page, Not(HasSubstr("://")));
  const std::string code(find_asset("app.js")->bytes);
  EXPECT_THAT(code, Not(HasSubstr("eval(")));
  EXPECT_THAT(code, Not(HasSubstr("https://")));
  EXPECT_THAT(std::string(find_asset("app.css")->bytes), Not(HasSubstr("url(")));
}

}  // namespace
}  // namespace rlm::web
