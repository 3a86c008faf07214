#include "lab/usage_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "wire/json_cursor.hpp"

namespace rlm::lab {
namespace {

using testing::HasSubstr;
using testing::Not;

ExchangeRecord exchange(Verdict verdict, std::int64_t cost, std::int64_t baseline,
                        std::string reason = "cheapest") {
  ExchangeRecord record;
  record.started = UnixMs{1'790'000'000'000};
  record.plan = verdict == Verdict::Direct ? Plan::Direct : Plan::DraftOnly;
  record.verdict = verdict;
  record.reason = std::move(reason);
  record.cost = NanoUsd{cost};
  record.baseline = NanoUsd{baseline};
  record.first_byte_ms = 100;
  record.duration_ms = 400;
  return record;
}

class Report : public testing::Test {
 protected:
  std::string text() const { return usage_report("l.db", report_); }
  money::RateBook rates_{std::make_shared<const money::PriceTable>(money::PriceTable::built_in())};
  UsageReport report_{rates_};
};

TEST_F(Report, OfAnEmptyLedgerSaysSo) {
  EXPECT_THAT(text(), HasSubstr("No exchange"));
}

TEST_F(Report, SumsMoneyAndShowsLossesAsWell) {
  report_.add(exchange(Verdict::Skipped, 1'000'000'000, 3'000'000'000));
  report_.add(exchange(Verdict::Fallback, 5'000'000'000, 4'000'000'000,
                       "cheapest,brief_verdict,draft_timeout"));
  EXPECT_EQ(report_.cost(), NanoUsd{6'000'000'000});
  EXPECT_EQ(report_.baseline(), NanoUsd{7'000'000'000});
  EXPECT_EQ(report_.draft_use(), .5);
  EXPECT_THAT(text(), HasSubstr("-$1.0000"));
  EXPECT_EQ(report_.causes().at("draft_timeout"), 1);
  EXPECT_EQ(report_.causes().count("brief_verdict"), 0u) << "how it was judged is none either";
  EXPECT_EQ(report_.causes().count("cheapest"), 0u) << "why the plan was made is no cause";
}

TEST_F(Report, SaysHowMuchOfTheSpentIsEstimated) {
  ExchangeRecord stopped = exchange(Verdict::Failed, 1'000'000'000, 1'000'000'000);
  stopped.calls.emplace_back().usage.input = 100;
  stopped.calls[0].cost = stopped.cost;
  report_.add(stopped);
  report_.add(exchange(Verdict::Direct, 3'000'000'000, 3'000'000'000));
  EXPECT_EQ(report_.estimated_calls(), 1);
  EXPECT_EQ(report_.estimated_cost(), NanoUsd{1'000'000'000});
  std::string text = usage_report("l.db", report_);
  std::replace(text.begin(), text.end(), '\n', ' ');  // it is wrapped
  EXPECT_THAT(text, HasSubstr("$1.0000 (25.0 %) of the spent is estimated"));
}

TEST_F(Report, CountsPrefixChangesByPart) {
  report_.add(exchange(Verdict::Direct, 1, 1, "off,prefix_tools"));
  report_.add(exchange(Verdict::Direct, 1, 1, "off,prefix_message_3"));
  report_.add(exchange(Verdict::Direct, 1, 1, "off,prefix_message_7"));
  EXPECT_EQ(report_.prefix_changes().at("message"), 2);
  EXPECT_EQ(report_.prefix_changes().at("tools"), 1);
}

TEST_F(Report, WeighsAShadowByHowLikelyItWasDrawnAndPaysForIt) {
  report_.add(exchange(Verdict::Direct, 1'000'000'000, 1'000'000'000));
  ExchangeRecord shadow = exchange(Verdict::Skipped, 100'000'000, 0);
  shadow.occasion = Occasion::Shadow;
  shadow.sampled_ppm = 100'000;
  shadow.judgement = Judgement::Rewritten;
  shadow.would_cost = NanoUsd{200'000'000};
  shadow.would_baseline = NanoUsd{1'000'000'000};
  report_.add(shadow);
  EXPECT_EQ(report_.exchanges(), 1) << "no client's";
  EXPECT_EQ(report_.cost(), NanoUsd{1'100'000'000});
  EXPECT_NEAR(report_.shadow().would_cost, 2.0, 1e-9);
  EXPECT_EQ(report_.shadow().judged, 1);
  EXPECT_EQ(report_.shadow().agreed, 0);
  EXPECT_THAT(text(), HasSubstr("would have cost $2.00 instead of $10.00"));
}

TEST_F(Report, JsonHoldsTheSameFigures) {
  report_.add(exchange(Verdict::Skipped, 1'000'000'000, 3'000'000'000));
  const std::string json = usage_report_json("l.db", report_);
  wire::JsonIndex index;
  const auto root = index.parse(json);
  ASSERT_TRUE(root) << json;
  EXPECT_EQ(root->member("cost_usd").raw(), "1");
  EXPECT_EQ(root->member("verdicts").member("SKIPPED").member("exchanges").raw(), "1");
}

}  // namespace
}  // namespace rlm::lab
