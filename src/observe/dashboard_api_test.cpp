#include "observe/dashboard_api.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "observe/live_stream.hpp"
#include "observe/sample_record.hpp"
#include "wire/json_cursor.hpp"

namespace rlm::observe {
namespace {

using testing::HasSubstr;
using testing::Not;
using wire::JsonIndex;
using wire::JsonValue;

std::string number_at(JsonValue root, std::initializer_list<std::string_view> path) {
  for (const auto key : path) root = root.member(key);
  return std::string(root.raw());
}

TEST(SummaryJson, HoldsTheNumbersOfTheRecords) {
  RecentExchanges recent({.capacity = 10, .version = "1.2", .inflight = [] { return 3; }});
  recent.add(sample_record("exc_1"));
  recent.add(sample_record("exc_2", Verdict::Direct));
  const std::string json = summary_json(recent.summary({1'790'000'009'000}));
  JsonIndex index;
  const auto root = index.parse(json);
  ASSERT_TRUE(root) << json;
  EXPECT_EQ(number_at(*root, {"requests"}), "2");
  EXPECT_EQ(number_at(*root, {"inflight"}), "3");
  EXPECT_EQ(number_at(*root, {"verdicts", "ACCEPTED"}), "1");
  EXPECT_EQ(number_at(*root, {"verdicts", "FAILED"}), "0");
  EXPECT_EQ(number_at(*root, {"draft_use_ratio"}), "1");
  EXPECT_EQ(number_at(*root, {"cost_usd"}), "0.006");
  EXPECT_EQ(number_at(*root, {"saved_usd"}), "0.014");
  EXPECT_EQ(number_at(*root, {"saved_ratio"}), "0.7");
  EXPECT_EQ(number_at(*root, {"latency", "verdicts", "DIRECT", "p50_ms"}), "2000");
  EXPECT_EQ(number_at(*root, {"latency", "verdicts", "FAILED", "p50_ms"}), "null");
  EXPECT_EQ(number_at(*root, {"latency", "cascaded", "count"}), "1");
}

TEST(SummaryJson, OfNothingIsCompleteToo) {
  const std::string json = summary_json(RecentExchanges().summary({0}));
  JsonIndex index;
  ASSERT_TRUE(index.parse(json)) << json;
  EXPECT_THAT(json, HasSubstr("\"saved_ratio\":null"));
}

TEST(ExchangeJson, TellsEachCallAndEscapesWhatTheClientSent) {
  auto record = sample_record("exc_1");
  record.asked_model = "<img src=x onerror=alert(1)>\"\n\xff";
  record.calls[0].first_byte_ms = -1;
  const std::string json = exchange_json(record);
  JsonIndex index;
  const auto root = index.parse(json);
  ASSERT_TRUE(root) << json;
  EXPECT_EQ(root->member("asked_model").string(), "<img src=x onerror=alert(1)>\"\n\xef\xbf\xbd");
  int calls = 0;
  root->member("calls").each_element([&](const JsonValue& call) {
    EXPECT_EQ(call.member("first_byte_ms").raw(), calls++ == 0 ? "null" : "120");
    EXPECT_EQ(call.member("tokens").member("cache_read").integer(0), 75);
    return true;
  });
  EXPECT_EQ(calls, 2);
}

TEST(ExchangesJson, NamesWhereTheNextPageBeginsOnlyWhenThePageIsFull) {
  RecentExchanges recent;
  recent.add(sample_record("exc_1"));
  recent.add(sample_record("exc_2"));
  EXPECT_THAT(exchanges_json(recent.page(2), 2), HasSubstr("\"next_before\":\"exc_1\""));
  EXPECT_THAT(exchanges_json(recent.page(3), 3), HasSubstr("\"next_before\":null"));
  EXPECT_EQ(exchanges_json({}, 3), R"({"exchanges":[],"next_before":null})");
}

struct QueryCase {
  const char* name;
  const char* query;
  bool good;
  std::size_t limit;
  const char* before;
};

class ExchangesQueries : public testing::TestWithParam<QueryCase> {};

TEST_P(ExchangesQueries, AreReadOrRefused) {
  const auto query = parse_exchanges_query(GetParam().query);
  ASSERT_EQ(query.has_value(), GetParam().good);
  if (!query) return;
  EXPECT_EQ(query->limit, GetParam().limit);
  EXPECT_EQ(query->before, GetParam().before);
}

INSTANTIATE_TEST_SUITE_P(
    DashboardApi, ExchangesQueries,
    testing::Values(QueryCase{"EmptyMeansDefaults", "", true, 100, ""},
                    QueryCase{"Both", "limit=7&before=exc_9", true, 7, "exc_9"},
                    QueryCase{"AtTheMaximum", "limit=500", true, 500, ""},
                    QueryCase{"OneAboveTheMaximum", "limit=501", false, 0, ""},
                    QueryCase{"Zero", "limit=0", false, 0, ""},
                    QueryCase{"NoNumber", "limit=1x", false, 0, ""},
                    QueryCase{"Huge", "limit=99999999999999999999999", false, 0, ""},
                    QueryCase{"UnknownNamesArePassedOver", "a=b&limit&&limit=2&", true, 2, ""}),
    [](const auto& of) { return of.param.name; });

TEST(ModelsJson, ShowsHealthAndNoteOfEach) {
  ModelStatus model;
  model.name = "opus";
  model.model = "claude-opus-4-8";
  model.endpoint = "anthropic";
  model.roles = {"direct", "verify"};
  model.healthy = false;
  model.note = "429 for 12 s";
  const std::vector<ModelStatus> models{model};
  EXPECT_EQ(models_json(models),
            R"({"models":[{"name":"opus","model":"claude-opus-4-8","endpoint":"anthropic",)"
            R"("host":"","roles":["direct","verify"],"healthy":false,"note":"429 for 12 s"}]})");
}

TEST(ClassesJson, SaysWhatAClassHasEarnedAndByWhichRule) {
  quality::ClassReport report;
  report.class_name = "ask/simple/read/cheap/coding";
  report.standing = {quality::Trust::Trusted, 0.25};
  report.upper = 0.0125;
  report.labels = 400;
  report.bad = 1;
  EXPECT_EQ(classes_json({&report, 1}),
            R"({"classes":[{"class":"ask/simple/read/cheap/coding","state":"trusted",)"
            R"("presumed":false,"bad_rate_upper":0.0125,"bad_rate_max":0.02,"confidence":0.95,)"
            R"("audit_share":0.25,"labels":400,"bad":1,"demotions":0}]})");
}

TEST(LiveUpdate, SendsRowsBeforeTheSummaryAndEachOnOneLine) {
  RecentExchanges recent;
  auto record = sample_record("exc_1");
  record.reason = "a\nb\r\nevent: x";
  recent.add(record);
  const std::string text = live_update(recent.summary({0}), recent.page(1));
  EXPECT_TRUE(text.starts_with("event: exchange\ndata: {\"id\":\"exc_1\""));
  EXPECT_THAT(text, HasSubstr("}\n\nevent: summary\ndata: {"));
  EXPECT_TRUE(text.ends_with("}\n\n"));
  EXPECT_THAT(text, Not(HasSubstr("\nevent: x")));
}

TEST(OpenApi, IsJsonAndNamesEveryPath) {
  JsonIndex index;
  const auto root = index.parse(openapi_json());
  ASSERT_TRUE(root);
  for (const char* path : {"/api/summary", "/api/exchanges", "/api/exchanges/{id}", "/api/models",
                           "/api/live", "/api/openapi.json"})
    EXPECT_TRUE(root->member("paths").member(path).exists()) << path;
}

// What the builders write and what the document promises must not drift apart.
TEST(OpenApi, ListsTheMembersOfTheJsonThatIsServed) {
  RecentExchanges recent;
  recent.add(sample_record("exc_1"));
  const std::string summary = summary_json(recent.summary({0}));
  const std::string row = exchange_row_json(sample_record("exc_1"));
  JsonIndex document;
  const auto schemas = document.parse(openapi_json())->member("components").member("schemas");
  const auto compare = [&](const std::string& json, const char* schema) {
    JsonIndex index;
    const auto root = index.parse(json);
    ASSERT_TRUE(root);
    std::vector<std::string> served;
    std::vector<std::string> promised;
    root->each_member([&](std::string_view key, const JsonValue&) {
      served.emplace_back(key);
      return true;
    });
    schemas.member(schema)
        .member("properties")
        .each_member([&](std::string_view key, const JsonValue&) {
          promised.emplace_back(key);
          return true;
        });
    EXPECT_EQ(served, promised) << schema;
  };
  compare(summary, "Summary");
  compare(row, "ExchangeRow");
}

}  // namespace
}  // namespace rlm::observe
