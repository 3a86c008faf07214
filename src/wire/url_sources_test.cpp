#include "wire/url_sources.hpp"

#include <gtest/gtest.h>

#include "wire/anthropic_request.hpp"

namespace rlm::wire {
namespace {

constexpr std::string_view kUrl = R"({"type":"url","url":"https://example.com/a.png"})";
constexpr std::string_view kInline = R"({"type":"base64","media_type":"image/png","data":"AA=="})";

std::string image(std::string_view source) {
  return R"({"type":"image","source":)" + std::string(source) + "}";
}
std::string document(std::string_view source) {
  return R"({"type":"document","title":"t","source":)" + std::string(source) + "}";
}
std::string result(const std::string& blocks) {
  return R"({"type":"tool_result","tool_use_id":"t1","content":[)" + blocks + "]}";
}
std::string list(const std::string& blocks) {
  return R"({"type":"content","content":[)" + blocks + "]}";
}
std::string body_with(const std::string& blocks) {
  return R"({"model":"m","max_tokens":5,"messages":[{"role":"user","content":"x"},)"
         R"({"role":"user","content":[{"type":"text","text":"see"},)" +
         blocks + "]}]}";
}

struct Case {
  std::string name;
  std::string blocks;
  std::string places;  // in order, each with a blank behind
};

class UrlSources : public testing::TestWithParam<Case> {};

TEST_P(UrlSources, AreFoundWhereTheyStandAndTheFactsAgree) {
  const std::string body = body_with(GetParam().blocks);
  JsonIndex index;
  const auto root = index.parse(body);
  ASSERT_TRUE(root) << root.error().message;
  std::string places;
  for (const UrlSource& source : url_sources(*root)) {
    places += source.place + (source.is_document ? "(d) " : " ");
    EXPECT_EQ(source.url, "https://example.com/a.png");
    EXPECT_EQ(body.substr(source.source.begin, source.source.size()), kUrl);
  }
  EXPECT_EQ(places, GetParam().places);
  const auto facts = read_request_facts(Buffer(body), index, {}, false);
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->has_url_sources, !places.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Bodies, UrlSources,
    testing::Values(
        Case{"None", image(kInline), ""}, Case{"AnImage", image(kUrl), "messages.1.content.1 "},
        Case{"ADocument", document(kUrl), "messages.1.content.1(d) "},
        Case{"Several", image(kUrl) + "," + image(kInline) + "," + image(kUrl),
             "messages.1.content.1 messages.1.content.3 "},
        Case{"InAToolsResult", result(R"({"type":"text","text":"t"},)" + image(kUrl)),
             "messages.1.content.1.content.1 "},
        Case{"InADocumentOfBlocks", document(list(image(kUrl))),
             "messages.1.content.1.source.content.0 "},
        Case{"InADocumentInAToolsResult",
             result(document(list(image(kInline) + "," + image(kUrl)))),
             "messages.1.content.1.content.0.source.content.1 "},
        Case{"NotInAToolsInput",
             R"({"type":"tool_use","id":"t1","name":"n","input":{"source":)" + std::string(kUrl) +
                 "}}",
             ""},
        Case{"NotInASearchResult",
             R"({"type":"search_result","source":"https://example.com","title":"t","content":[]})",
             ""}),
    [](const auto& param_info) { return param_info.param.name; });

TEST(UrlSourcesOf, ATextIsReadWithItsEscapes) {
  const std::string body =
      body_with(image(R"({"url":"https:\/\/example.com\/a?b=\u0031","type":"url"})"));
  JsonIndex index;
  const auto root = index.parse(body);
  ASSERT_TRUE(root);
  EXPECT_EQ(url_sources(*root).at(0).url, "https://example.com/a?b=1");
}

TEST(UrlSourcesOf, AUrlThatIsNoTextIsEmpty) {
  for (const char* source : {R"({"type":"url"})", R"({"type":"url","url":7})"}) {
    const std::string body = body_with(image(source));
    JsonIndex index;
    const auto root = index.parse(body);
    ASSERT_TRUE(root);
    EXPECT_EQ(url_sources(*root).at(0).url, "");
  }
}

}  // namespace
}  // namespace rlm::wire
