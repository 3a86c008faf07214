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

TEST(DraftRules, GiveTheWrongTextOnlyWhereItIsToBeRewritten) {
  const auto requests = service_workload({});
  const std::string lines = draft_rules(requests);
  std::size_t begin = 0;
  for (const auto& request : requests) {
    const std::size_t end = lines.find('\n', begin);
    wire::JsonIndex index;
    const std::string line = lines.substr(begin, end - begin);
    const auto root = index.parse(line);
    ASSERT_TRUE(root.has_value());
    EXPECT_EQ(root->member("equals").string(), request.task.prompt);
    EXPECT_EQ(root->member("right").string(),
              request.destiny == Destiny::Enhanced ? request.task.wrong : request.task.right);
    begin = end + 1;
  }
}

}  // namespace
}  // namespace rlm::lab
