#include "route/verdict_form.hpp"

#include <gtest/gtest.h>

#include "route/planner.hpp"
#include "route/test_prices.hpp"

namespace rlm::route {
namespace {

// Output is five times as dear as input here: the 450 tokens that the full text has more cost as
// much as 90 written ones, which a repair of one verdict in six saves from 590 tokens on.
struct FormCase {
  const char* name;
  VerdictForms forms;
  Tokens draft;
  VerdictForm expected;
};

class CheaperForm : public testing::TestWithParam<FormCase> {};

TEST_P(CheaperForm, IsTheOneThatIsExpectedToCostLess) {
  const money::Rate rate{&test_verify_price()};
  const auto& c = GetParam();
  EXPECT_EQ(cheaper_form(c.forms, c.draft, rate, kPricedAt), c.expected);
}

constexpr VerdictForms kForms{.full = 510, .brief = 60};

INSTANTIATE_TEST_SUITE_P(
    VerdictForm, CheaperForm,
    testing::Values(FormCase{"AnEmptyDraft", kForms, 0, VerdictForm::Brief},
                    FormCase{"AShortDraft", kForms, 150, VerdictForm::Brief},
                    FormCase{"JustBelowTheirEquality", kForms, 589, VerdictForm::Brief},
                    FormCase{"JustAboveIt", kForms, 591, VerdictForm::Full},
                    FormCase{"ALongDraft", kForms, 3'000, VerdictForm::Full},
                    FormCase{
                        "ALongDraftThatIsNeverRepaired", {510, 60, 0}, 3'000, VerdictForm::Brief},
                    FormCase{"AShortOneThatAlwaysIs", {510, 60, 1}, 150, VerdictForm::Full},
                    FormCase{"AnOperatorsTextIsAlone", {510, 0}, 10, VerdictForm::Full},
                    FormCase{"ABriefTextThatIsNotShorter", {50, 60}, 300, VerdictForm::Full}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(VerdictForm, IsFullWhereThereIsNoPrice) {
  EXPECT_EQ(cheaper_form(kForms, 10, {}, kPricedAt), VerdictForm::Full);
}

TEST(VerdictForm, FollowsThePrices) {
  money::Price price = test_verify_price();
  price.output = 50 * price.input;
  EXPECT_EQ(cheaper_form(kForms, 150, {&price}, kPricedAt), VerdictForm::Full);
  price.output = price.input;
  EXPECT_EQ(cheaper_form(kForms, 2'000, {&price}, kPricedAt), VerdictForm::Brief);
}

TEST(VerdictForm, OfAVerdictIsThatOfItsForecast) {
  PlanQuestion question;
  question.now = kPricedAt;
  question.verify.rate = {&test_verify_price()};
  question.expected.forms = kForms;
  question.expected.draft.mean = 150;
  EXPECT_EQ(verdict_suffix(question), 150 + 60);
  EXPECT_EQ(verdict_form(question, 3'000), VerdictForm::Full);
  question.expected.draft.mean = 3'000;
  EXPECT_EQ(verdict_suffix(question), 3'000 + 510);
  question.expected.forms.calls = 70;
  EXPECT_EQ(verdict_suffix(question), 3'000 + 70) << "where the draft may call tools";
}

}  // namespace
}  // namespace rlm::route
