#include <gtest/gtest.h>

#include "wire/anthropic_request.hpp"

namespace rlm::wire {
namespace {

std::string spliced(const std::string& json, void (*change)(SplicedBody&, const RequestFacts&)) {
  SplicedBody body(json);
  JsonIndex index;
  const auto facts = read_request_facts(Buffer(json), index, {}, false);
  EXPECT_TRUE(facts) << json;
  if (facts) change(body, *facts);
  return std::string(body.joined().view());
}

TEST(RequestSplices, TouchOnlyTheirPlaces) {
  const auto all = [](SplicedBody& body, const RequestFacts& facts) {
    set_model(body, facts.model_value, "other \"model\"");
    set_stream(body, facts);
    append_user_message(body, facts, "say\n\"ok\"");
  };
  EXPECT_EQ(
      spliced(
          R"( { "model" : "m" ,"max_tokens":1, "x":1.0, "messages":[ {"role":"user","content":"hi"} ] } )",
          all),
      R"( {"stream":true, "model" : "other \"model\"" ,"max_tokens":1, "x":1.0, "messages":[ {"role":"user","content":"hi"} )"
      R"(,{"role":"user","content":[{"type":"text","text":"say\n\"ok\""}]}] } )");
  EXPECT_EQ(spliced(R"({"stream":false,"model":"m","max_tokens":1,"messages":[{}]})",
                    [](SplicedBody& body, const RequestFacts& facts) { set_stream(body, facts); }),
            R"({"stream":true,"model":"m","max_tokens":1,"messages":[{}]})");
}

TEST(RequestSplices, PutNoCommaInFrontOfAnOnlyMessage) {
  const std::string json = R"({"messages":[]})";
  RequestFacts facts;
  facts.messages_end = json.find(']');
  SplicedBody body(json);
  append_user_message(body, facts, "x");
  EXPECT_EQ(body.joined().view(),
            R"({"messages":[{"role":"user","content":[{"type":"text","text":"x"}]}]})");
}

TEST(RequestSplices, DoNothingWhenNothingChanges) {
  const std::string json = R"({"stream":true,"model":"m","max_tokens":1,"messages":[{}]})";
  EXPECT_EQ(spliced(json,
                    [](SplicedBody& body, const RequestFacts& facts) {
                      set_model(body, facts.model_value, "m");
                      set_stream(body, facts);
                      EXPECT_EQ(body.segments().size(), 1u);
                    }),
            json);
}

}  // namespace
}  // namespace rlm::wire
