// What is known of the form that an answer must have.
#include <gtest/gtest.h>

#include "wire/anthropic_request.hpp"

namespace rlm::wire {
namespace {

// The text that the facts of a request with these members say is the form, and its schema.
std::pair<std::string, std::string> form_of(const std::string& members) {
  const Buffer body(R"({"model":"m","max_tokens":5,)" + members +
                    R"("messages":[{"role":"user","content":"x"}]})");
  JsonIndex index;
  const auto facts = read_request_facts(body, index, {}, false);
  EXPECT_TRUE(facts) << facts.error().message;
  if (!facts) return {};
  EXPECT_EQ(facts->wants_structured_output, !facts->format_value.empty());
  const Span at = facts->format_value;
  return {std::string(body.view().substr(at.begin, at.size())), facts->structured_schema};
}

TEST(WantedForm, StandsInEitherOfTwoPlaces) {
  const std::string format = R"({"schema":{"a": 1},"type":"json_schema"})";
  const std::pair<std::string, std::string> expected{format, R"({"a": 1})"};
  EXPECT_EQ(form_of(R"("output_config":{"effort":"low","format":)" + format + "},"), expected);
  EXPECT_EQ(form_of(R"("output_format":)" + format + ","), expected);
  EXPECT_EQ(form_of(R"("output_config":{"format":null},"output_format":)" + format + ","),
            expected);
  for (const char* none : {"", R"("output_config":{"effort":"low"},)", R"("output_format":null,)"})
    EXPECT_EQ(form_of(none).first, "") << none;
}

TEST(WantedForm, KeepsASchemaUpToALimit) {
  for (const std::size_t over : {0, 1}) {
    const std::size_t bytes = kWantedSchemaBytesMax + over;
    const std::string schema = R"({"a":")" + std::string(bytes - 8, 'x') + "\"}";
    ASSERT_EQ(schema.size(), bytes);
    EXPECT_EQ(form_of(R"("output_config":{"format":{"schema":)" + schema + "}},").second,
              schema.substr(0, kWantedSchemaBytesMax));
  }
}

}  // namespace
}  // namespace rlm::wire
