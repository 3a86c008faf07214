#include "lab/simulated_paper.hpp"

#include <gtest/gtest.h>

#include "money/price_table.hpp"
#include "wire/json_cursor.hpp"

namespace rlm::lab {
namespace {

TEST(PaperPriceFile, IsReadByThePriceTable) {
  const auto table = money::PriceTable::parse(paper_price_file({}));
  ASSERT_TRUE(table.has_value()) << table.error().message;
  const money::Price* verify = table->find(kPaperVerifyModel, UnixMs{1'790'000'000'000});
  ASSERT_NE(verify, nullptr);
  EXPECT_EQ(verify->input, 5'500'000);
  EXPECT_EQ(verify->output, 27'500'000);
  EXPECT_EQ(table->find(kPaperDraftModel, UnixMs{1'790'000'000'000})->output, 3'480'000);
}

TEST(PacesFor, FindDelaysThatLeaveRoomForTheAnswers) {
  const SimulatedPaces paces = paces_for(service_workload({}));
  EXPECT_GT(paces.verify.first_token_ms, 300);
  EXPECT_LT(paces.verify.first_token_ms, paper::kDirectP50Ms);
  EXPECT_GT(paces.draft.first_token_ms, 50);
  EXPECT_LT(paces.draft.first_token_ms, paper::kCascadeP50Ms);
}

// The rule of each request, in order.
std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

TEST(DraftRules, GiveTheWrongTextOnlyWhereItIsToBeRewritten) {
  const auto requests = service_workload({});
  const auto lines = lines_of(draft_rules(requests));
  ASSERT_EQ(lines.size(), requests.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    wire::JsonIndex index;
    const auto root = index.parse(lines[i]);
    ASSERT_TRUE(root.has_value());
    const Task& task = requests[i].task;
    EXPECT_EQ(root->member("equals").string(), task.prompt);
    const bool rewritten = requests[i].destiny == Destiny::Enhanced;
    EXPECT_EQ(root->member("right").string(), rewritten ? task.wrong : task.right);
    EXPECT_EQ(root->member("wrong").exists(), requests[i].destiny == Destiny::Skipped);
  }
}

TEST(VerifyRules, ErrWhereTheyAreToldTo) {
  auto requests = service_workload({});
  requests[1].verify_errs = true;
  const auto lines = lines_of(verify_rules(requests));
  wire::JsonIndex index;
  EXPECT_EQ(index.parse(lines[1])->member("right").string(), requests[1].task.wrong);
  EXPECT_EQ(index.parse(lines[2])->member("right").string(), requests[2].task.right);
}

}  // namespace
}  // namespace rlm::lab
