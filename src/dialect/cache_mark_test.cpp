#include "dialect/cache_mark.hpp"

#include <gtest/gtest.h>

namespace rlm::dialect {
namespace {

std::string marked(const std::string& messages,
                   const std::string& mark = R"({"type":"ephemeral"})") {
  const std::string json = R"({"cache_control":)" + mark + R"(,"messages":)" + messages + "}";
  wire::JsonIndex index;
  wire::SplicedBody body(json);
  const auto root = index.parse(json);
  EXPECT_TRUE(root);
  mark_last_block(*root, body);
  const std::string whole(body.joined().view());
  const std::size_t at = whole.find("\"messages\":") + 11;
  return whole.substr(at, whole.size() - at - 1);
}

TEST(CacheMark, GoesToTheLastBlockOfTheLastMessage) {
  EXPECT_EQ(
      marked(R"([{"role":"user","content":"a"},{"role":"user","content":"b\n"}])"),
      R"([{"role":"user","content":"a"},{"role":"user","content":[{"type":"text","text":"b\n",)"
      R"("cache_control":{"type":"ephemeral"}}]}])");
  EXPECT_EQ(marked(R"([{"content":[{"type":"text","text":"a"},{"type":"tool_result"} ]}])",
                   R"({"type":"ephemeral","ttl":"1h"})"),
            R"([{"content":[{"type":"text","text":"a"},{"type":"tool_result",)"
            R"("cache_control":{"type":"ephemeral","ttl":"1h"}} ]}])");
}

TEST(CacheMark, GoesNowhereWhereItMayNotStand) {
  for (const char* messages :
       {R"([])", R"([{"content":""}])", R"([{"content":[]}])", R"([{"content":7}])",
        R"([{"content":[{"type":"text","text":""}]}])", R"([{"content":[{"type":"thinking"}]}])",
        R"([{"content":[{"type":"text","text":"a","cache_control":null}]}])"})
    EXPECT_EQ(marked(messages), messages);
  const std::string one = R"([{"content":"a"}])";
  EXPECT_EQ(marked(one, "null"), one);
}

}  // namespace
}  // namespace rlm::dialect
