#include "app/eval_pairs.hpp"

#include <cstdio>

#include "app/eval_steps.hpp"
#include "app/pair_sets.hpp"
#include "base/clock.hpp"
#include "lab/pair_report.hpp"
#include "lab/progress_bar.hpp"

namespace rlm::app {
namespace {

Result<money::PriceTable> prices_for(const EvalOptions& options) {
  if (options.price_file.empty()) return lab::pair_prices();
  const auto text = read_file(options.price_file);
  if (!text) return fail(text.error());
  return money::PriceTable::parse(*text);
}

}  // namespace

int eval_pairs(const EvalOptions& options) {
  if (options.pairs_folder.empty()) return complain("eval pairs needs --pairs FOLDER", 2);
  const auto prices = prices_for(options);
  if (!prices) return complain(prices.error().message, 2);
  const auto sets = read_pair_sets(options.pairs_folder, "");
  if (!sets) return complain(sets.error().message, 2);
  lab::PairRun run;
  run.options.verdict_accuracy = options.verdict_accuracy;
  run.options.seed = options.seed;
  run.options.calls = options.calls == "own"        ? lab::PairRules::Calls::OwnAnswers
                      : options.calls == "compared" ? lab::PairRules::Calls::Compared
                                                    : lab::PairRules::Calls::Verdicts;
  run.options.forms = options.instruction_tokens >= 0
                          ? route::VerdictForms{.full = options.instruction_tokens,
                                                .calls = options.instruction_tokens}
                          : lab::default_forms();
  {
    lab::ProgressBar bar("sets", sets->size());
    const UnixMs now = system_clock().unix_ms();
    for (const PairSet& set : *sets) {
      const auto cases = lab::cases_of(set.pairs, *prices, now, run.options.forms);
      run.sets.push_back(lab::study_pairs(set.name, cases, run.options));
      bar.step();
    }
  }
  std::fputs(lab::pair_report_text(run).c_str(), stdout);
  bool written = true;
  if (!options.json_file.empty())
    written = write_file(options.json_file, lab::pair_report_json(run));
  if (!options.html_file.empty())
    written = write_file(options.html_file, lab::pair_report_html(run)) && written;
  return written ? 0 : 1;
}

}  // namespace rlm::app
