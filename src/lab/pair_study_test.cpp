#include "lab/pair_study.hpp"

#include <gtest/gtest.h>

#include "lab/pair_report.hpp"
#include "lab/random_text.hpp"

namespace rlm::lab {
namespace {

/// Drafts that are right with `right` and show it in one measure; the verify model's answers are
/// right with `verify_right`.
std::vector<PairCase> made_up(std::size_t count, double right, double verify_right,
                              double verdict_cost = 0.3) {
  Random random(9);
  std::vector<PairCase> cases(count);
  for (PairCase& one : cases) {
    one.class_name = "made up";
    one.draft_right = random.uniform() < right ? 1 : 0;
    one.verify_right = random.uniform() < verify_right ? 1 : 0;
    for (double& measure : one.measures) measure = random.uniform();
    one.measures[3] = (one.draft_right > 0 ? 0 : 1) + 2 * random.uniform();
    one.priced = true;
    one.cost = {.draft = .02, .verify = 1, .verdict = verdict_cost, .rewrite_output = .8};
  }
  return cases;
}

double mean_right(const std::vector<Served>& served) {
  double sum = 0;
  for (const Served& one : served) sum += one.right;
  return sum / static_cast<double>(served.size());
}

PairRules rules_of(PairRules::Kind kind) {
  PairRules rules;
  rules.kind = kind;
  return rules;
}

TEST(PairPolicy, EndsAreWhatOneModelAloneGives) {
  const auto cases = made_up(400, .7, .9);
  double draft = 0;
  double verify = 0;
  for (const PairCase& one : cases) {
    draft += one.draft_right / 400;
    verify += one.verify_right / 400;
  }
  EXPECT_NEAR(mean_right(serve_pairs(cases, rules_of(PairRules::Kind::AllDraft), 1)), draft, 1e-9);
  const auto all = serve_pairs(cases, rules_of(PairRules::Kind::AllVerify), 1);
  EXPECT_NEAR(mean_right(all), verify, 1e-9);
  EXPECT_EQ(all[0].dollars, 1);
  EXPECT_EQ(all[0].asked, 1);
}

TEST(PairPolicy, ARefusedDraftIsPaidAndTheVerifyModelAnswers) {
  auto cases = made_up(50, 0, 1);
  for (PairCase& one : cases) one.refused = true;
  PairRules rules = rules_of(PairRules::Kind::Screened);
  rules.may_go_direct = false;
  for (const Served& one : serve_pairs(cases, rules, 1)) {
    EXPECT_EQ(one.right, 1);
    EXPECT_NEAR(one.dollars, 1.02, 1e-12);
  }
}

TEST(PairPolicy, TheRuleHoldsWhatIsDeliveredUnseenAndWorse) {
  const auto cases = made_up(4'000, .9, .97);
  PairRules rules = rules_of(PairRules::Kind::Screened);
  rules.screen.bad_share_max = .02;
  double worse = 0;
  double asked = 0;
  for (const Served& one : serve_pairs(cases, rules, 1)) {
    worse += one.unseen_bad / 4'000;
    asked += one.asked / 4'000;
  }
  EXPECT_LT(worse, .03);
  EXPECT_LT(asked, .7);
}

TEST(PairPolicy, AClassThatSavesNothingGoesDirect) {
  const auto cases = made_up(1'000, .2, .9, 1.5);
  double asked = 0;
  double dollars = 0;
  for (const Served& one : serve_pairs(cases, rules_of(PairRules::Kind::Screened), 1)) {
    asked += one.asked / 1'000;
    dollars += one.dollars / 1'000;
  }
  EXPECT_GT(asked, .99);
  EXPECT_LT(dollars, 1.2);
}

std::vector<PairCase> made_up_calls(std::size_t count) {
  auto cases = made_up(count, .8, .8);
  for (std::size_t i = 0; i < count; ++i) {
    cases[i].has_verdict = false;
    cases[i].same_answer = i % 2 == 0;
    if (*cases[i].same_answer) cases[i].verify_right = cases[i].draft_right;
    cases[i].cost.comparison = .5;
  }
  return cases;
}

Served mean_of_calls(PairRules::Calls calls) {
  PairRules rules = rules_of(PairRules::Kind::Screened);
  rules.calls = calls;
  rules.may_go_direct = false;
  rules.screen.bad_share_max = 0;  // everything is checked
  Served mean;
  for (const Served& one : serve_pairs(made_up_calls(2'000), rules, 1)) {
    mean.right += one.right / 2'000;
    mean.dollars += one.dollars / 2'000;
  }
  return mean;
}

TEST(PairPolicy, ChecksDraftedCallsByOwnAnswersForNothingByComparisonsOrByVerdicts) {
  const Served own = mean_of_calls(PairRules::Calls::OwnAnswers);
  EXPECT_NEAR(own.dollars, 1.02, .02);
  const Served compared = mean_of_calls(PairRules::Calls::Compared);
  // Half of the calls differ, and a fifth of those is compared, all at first.
  EXPECT_NEAR(compared.dollars, 1.02 + .5 * .2 * .5, .02);
  EXPECT_GT(compared.right, own.right);
  const Served judged = mean_of_calls(PairRules::Calls::Verdicts);
  EXPECT_LT(judged.dollars, own.dollars);
  EXPECT_GT(judged.right, compared.right) << "a verdict keeps each draft that is right";
}

TEST(PairPolicy, TheSameSeedServesTheSame) {
  const auto cases = made_up(300, .8, .9);
  const auto a = serve_pairs(cases, rules_of(PairRules::Kind::Screened), 4);
  const auto b = serve_pairs(cases, rules_of(PairRules::Kind::Screened), 4);
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_EQ(a[i].dollars, b[i].dollars);
}

TEST(RouterFigures, OfRandomMixingAreHalf) {
  const auto figures = router_figures({{.1, .5, .7, 0}, {0, 1, .8, 0}}, .6, .8);
  EXPECT_NEAR(figures.apgr, .5, 1e-9);
  EXPECT_NEAR(figures.cpt50, .5, 1e-9);
  EXPECT_NEAR(figures.cpt80, .8, 1e-9);
}

TEST(RouterFigures, CapWhatIsBetterThanTheVerifyModel) {
  const auto figures = router_figures({{0, .5, 1.0, 0}}, .6, .8);
  EXPECT_NEAR(figures.apgr, .5 + 1.0, 1e-9);
  EXPECT_NEAR(figures.apgr_capped, .5 * .5 + .5, 1e-9);
  EXPECT_NEAR(figures.cpt50, .125, 1e-9);
}

TEST(PairStudy, BeatsRandomMixingWhereDraftsShowTheirFaults) {
  const auto study = study_pairs("made up", made_up(1'500, .85, .95), {.orders = 2});
  EXPECT_GT(study.apgr->value, .6);
  EXPECT_FALSE(study.is_dominated);
  EXPECT_LT(study.balanced.cost->value, .7);
  EXPECT_LE(study.balanced.kept.interval.low, study.balanced.kept.value);
  EXPECT_GE(study.balanced.kept.interval.high, study.balanced.kept.value);
}

TEST(PairStudy, HasNoRouterFiguresWithoutAGapAndNoCostWithoutPrices) {
  auto cases = made_up(200, .9, .2);
  for (PairCase& one : cases) one.priced = false, one.cost = {};
  const auto study = study_pairs("made up", cases, {.orders = 1});
  EXPECT_FALSE(study.apgr);
  EXPECT_FALSE(study.balanced.cost);
  EXPECT_FALSE(study.is_dominated);
}

TEST(PairReport, NamesSetsGoalsAndMissedOnes) {
  PairRun run;
  run.sets.push_back(study_pairs("routellm_gsm8k__a__b", made_up(120, .9, .91), {.orders = 1}));
  run.sets.push_back(study_pairs("empty", {}, {.orders = 1}));
  const std::string text = pair_report_text(run);
  EXPECT_NE(text.find("routellm_gsm8k__a__b"), std::string::npos);
  EXPECT_NE(text.find("Goals"), std::string::npos);
  EXPECT_NE(pair_report_html(run).find("<svg"), std::string::npos);
  EXPECT_NE(pair_report_json(run).find("\"curve\":[["), std::string::npos);
}

}  // namespace
}  // namespace rlm::lab
