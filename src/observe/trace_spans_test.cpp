#include "observe/trace_spans.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "observe/sample_record.hpp"
#include "wire/json_cursor.hpp"

namespace rlm::observe {
namespace {

using wire::JsonIndex;
using wire::JsonValue;

std::vector<JsonValue> elements(const JsonValue& array) {
  std::vector<JsonValue> all;
  array.each_element([&](const JsonValue& value) {
    all.push_back(value);
    return true;
  });
  return all;
}

std::vector<JsonValue> spans_of(const JsonValue& root) {
  const auto resource = elements(root.member("resourceSpans")).at(0);
  return elements(elements(resource.member("scopeSpans")).at(0).member("spans"));
}

// The raw JSON of an attribute's value, e.g. {"intValue":"5"}; empty when there is none.
std::string attribute(const JsonValue& span, std::string_view key) {
  for (const auto& entry : elements(span.member("attributes")))
    if (entry.member("key").equals(key)) return std::string(entry.member("value").raw());
  return {};
}

class ExportRequest : public testing::Test {
 protected:
  std::vector<JsonValue> spans(const ExchangeRecord& record) {
    const std::vector<ExchangeRecord> records{record};
    text_ = export_request_json(records, {"rlm-cascade", "1.2", "test"});
    const auto root = index_.parse(text_);
    EXPECT_TRUE(root) << text_;
    return root ? spans_of(*root) : std::vector<JsonValue>{};
  }
  JsonIndex index_;
  std::string text_;
};

TEST_F(ExportRequest, HasARootAndOneChildPerCall) {
  const auto all = spans(sample_record("exc_1"));
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].member("name").string(), "cascade");
  EXPECT_FALSE(all[0].member("parentSpanId").exists());
  EXPECT_EQ(all[1].member("name").string(), "chat deepseek-v4-pro");
  EXPECT_EQ(all[2].member("name").string(), "chat claude-opus-4-8");
  std::set<std::string> ids;
  for (const auto& span : all) {
    EXPECT_EQ(span.member("traceId").string(), all[0].member("traceId").string());
    EXPECT_EQ(span.member("traceId").string().size(), 32u);
    EXPECT_EQ(span.member("spanId").string().size(), 16u);
    ids.insert(span.member("spanId").string());
  }
  EXPECT_EQ(ids.size(), 3u);
  EXPECT_EQ(all[1].member("parentSpanId").string(), all[0].member("spanId").string());
  EXPECT_EQ(all[0].member("startTimeUnixNano").string(), "1790000000000000000");
  EXPECT_EQ(all[1].member("endTimeUnixNano").string(), "1790000000905000000");
}

TEST_F(ExportRequest, CarriesGenAiAttributesWithCachedTokensAsPartOfTheInput) {
  const auto all = spans(sample_record("exc_1"));
  ASSERT_EQ(all.size(), 3u);
  const JsonValue& call = all[2];
  for (const auto& [key, value] : std::vector<std::pair<std::string, std::string>>{
           {"gen_ai.operation.name", R"({"stringValue":"chat"})"},
           {"gen_ai.provider.name", R"({"stringValue":"anthropic"})"},
           {"gen_ai.request.model", R"({"stringValue":"claude-opus-4-8"})"},
           {"gen_ai.usage.input_tokens", R"({"intValue":"200"})"},
           {"gen_ai.usage.output_tokens", R"({"intValue":"40"})"},
           {"gen_ai.usage.cache_read.input_tokens", R"({"intValue":"75"})"},
           {"gen_ai.usage.cache_write.input_tokens", R"({"intValue":"25"})"},
           {"gen_ai.response.time_to_first_chunk", R"({"doubleValue":0.12})"},
           {"gen_ai.conversation.id", R"({"stringValue":"session-1"})"},
           {"cascade.stage", R"({"stringValue":"enhance"})"}})
    EXPECT_EQ(attribute(call, key), value) << key;
}

TEST_F(ExportRequest, TellsLangfuseExplicitUsageCostSessionAndTags) {
  const auto all = spans(sample_record("exc_1"));
  ASSERT_EQ(all.size(), 3u);
  for (const auto& span : all) {
    EXPECT_EQ(attribute(span, "langfuse.session.id"), R"({"stringValue":"session-1"})");
    EXPECT_EQ(attribute(span, "langfuse.environment"), R"({"stringValue":"test"})");
    EXPECT_EQ(attribute(span, "langfuse.trace.tags"),
              R"({"arrayValue":{"values":[{"stringValue":"verdict:ACCEPTED"},)"
              R"({"stringValue":"plan:draft_verify"}]}})");
  }
  EXPECT_EQ(attribute(all[0], "langfuse.observation.type"), R"({"stringValue":"span"})");
  EXPECT_EQ(attribute(all[1], "langfuse.observation.type"), R"({"stringValue":"generation"})");
  EXPECT_EQ(attribute(all[1], "langfuse.observation.usage_details"),
            R"({"stringValue":"{\"input\":100,\"output\":40,\"cache_read_input_tokens\":75,)"
            R"(\"input_cache_creation_5m\":20,\"input_cache_creation_1h\":5}"})");
  EXPECT_EQ(attribute(all[1], "langfuse.observation.cost_details"),
            R"({"stringValue":"{\"total\":0.001}"})");
  EXPECT_EQ(attribute(all[1], "langfuse.observation.completion_start_time"),
            R"({"stringValue":"2026-09-21T14:13:20.125Z"})");
}

TEST_F(ExportRequest, MarksFailuresAndRepetitions) {
  auto record = sample_record("exc_1", Verdict::Failed);
  record.error_type = "overloaded_error";
  record.calls[0].end = CallEnd::Failed;
  record.calls[0].status = 529;
  record.calls[1].end = CallEnd::Failed;
  record.calls[1].status = 0;
  record.calls[1].error = "timeout";
  record.calls[1].attempt = 2;
  const auto all = spans(record);
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].member("status").raw(), R"({"code":2,"message":"overloaded_error"})");
  EXPECT_EQ(attribute(all[1], "error.type"), R"({"stringValue":"529"})");
  EXPECT_EQ(attribute(all[2], "error.type"), R"({"stringValue":"timeout"})");
  EXPECT_EQ(attribute(all[2], "http.request.resend_count"), R"({"intValue":"2"})");
}

struct ParentCase {
  const char* name;
  const char* traceparent;
  bool adopted;
};

class Traceparents : public testing::TestWithParam<ParentCase> {};

TEST_P(Traceparents, AreAdoptedOnlyWhenValid) {
  auto record = sample_record("exc_1");
  record.traceparent = GetParam().traceparent;
  const auto ids = trace_ids_of(record);
  EXPECT_EQ(ids.trace_id.size(), 32u);
  EXPECT_EQ(ids.parent_id, GetParam().adopted ? "b7ad6b7169203331" : "");
  EXPECT_EQ(ids.trace_id == "0af7651916cd43dd8448eb211c80319c", GetParam().adopted);
}

INSTANTIATE_TEST_SUITE_P(
    TraceSpans, Traceparents,
    testing::Values(
        ParentCase{"Valid", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", true},
        ParentCase{"OfALaterVersion", "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x",
                   true},
        ParentCase{"None", "", false},
        ParentCase{"UpperCase", "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01", false},
        ParentCase{"ZeroTrace", "00-00000000000000000000000000000000-b7ad6b7169203331-01", false},
        ParentCase{"ZeroParent", "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01", false},
        ParentCase{"TooLongForItsVersion",
                   "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x", false},
        ParentCase{"ForbiddenVersion", "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                   false}),
    [](const auto& of) { return of.param.name; });

TEST(TraceIds, DifferBetweenExchangesAndStayForOne) {
  EXPECT_EQ(trace_ids_of(sample_record("a")).trace_id, trace_ids_of(sample_record("a")).trace_id);
  EXPECT_NE(trace_ids_of(sample_record("a")).trace_id, trace_ids_of(sample_record("b")).trace_id);
}

TEST(ProviderOf, ReadsTheVendorFromTheModelsId) {
  for (const auto& [model, provider] : std::vector<std::pair<std::string, std::string>>{
           {"claude-opus-4-8", "anthropic"},
           {"us.anthropic.claude-opus-4-8-v1:0", "aws.bedrock"},
           {"deepseek-v4-pro", "deepseek"},
           {"vendor/deepseek-v4", "deepseek"},
           {"gpt-5", "openai"},
           {"my-claude", "_OTHER"}})
    EXPECT_EQ(provider_of(model), provider) << model;
}

}  // namespace
}  // namespace rlm::observe
