#include "app/eval_simulated.hpp"

#include "app/eval_steps.hpp"
#include "app/simulated_stage.hpp"
#include "lab/table.hpp"

namespace rlm::app {
namespace {

// The verify model errs as often as the paper's; the draft is a little worse, and its mistakes are
// mostly caught.
constexpr double kDraftAccuracy = 0.80;
constexpr double kVerifyAccuracy = 0.95;
constexpr double kAcceptWrong = 0.05;

struct Bills {
  double direct = 0;
  double cascade = 0;
};

// A suite's models know all answers and err by chance; a service's models do what each request is
// meant for.
Result<SimulatedStageConfig> prepare(const EvalOptions& options, const lab::ServiceMix& mix,
                                     lab::EvalRun& run) {
  const auto requests = lab::service_workload(mix);
  SimulatedStageConfig stage;
  stage.prices = mix.prices;
  stage.time_scale = options.time_scale;
  stage.paces = lab::paces_for(requests);
  if (run.workload == "service") {
    run.tasks = tasks_of(requests);
    stage.draft_rules = lab::draft_rules(requests);
    stage.verify_rules = lab::answer_rules(run.tasks);
    return stage;
  }
  auto tasks = suite_of(options);
  if (!tasks) return fail(std::move(tasks.error()));
  run.tasks = std::move(*tasks);
  stage.draft_rules = stage.verify_rules = lab::answer_rules(run.tasks);
  stage.draft_accuracy = kDraftAccuracy;
  stage.verify_accuracy = kVerifyAccuracy;
  stage.accept_wrong = kAcceptWrong;
  return stage;
}

Result<Bills> ask_both(lab::EvalRun& run, const SimulatedStage& stage, const EvalOptions& options) {
  lab::AskOptions ask_options;
  ask_options.concurrency = static_cast<std::size_t>(options.concurrency);
  ask_options.prices = stage.prices();
  Bills bills;
  auto direct = ask(stage.direct(), run.tasks, ask_options);
  if (!direct) return fail(std::move(direct.error()));
  bills.direct = stage.billed();
  auto cascade = ask(stage.cascade(), run.tasks, ask_options);
  if (!cascade) return fail(std::move(cascade.error()));
  bills.cascade = stage.billed() - bills.direct;
  run.direct = std::move(*direct);
  run.cascade = std::move(*cascade);
  return bills;
}

void add_notes(lab::EvalRun& run, const Bills& bills) {
  run.notes.push_back(
      "SIMULATED: the models' prices, speeds, accuracy and verdicts were set after the paper's "
      "figures. That the tables "
      "show them again proves the proxy and the arithmetic, not the paper's measurements.");
  run.notes.push_back("Durations ran at " + lab::decimal(run.time_scale, 3) +
                      " of real time and were scaled back, this machine's own overhead with them. "
                      "The models' speeds were "
                      "chosen so that the service workload's medians are 3,698 and 2,026 ms; the "
                      "tails are ours, since the "
                      "paper states none.");
  const lab::CostFigures cost = lab::cost_figures(run);
  run.notes.push_back("The simulated models' own bills: direct " + lab::dollars(bills.direct, 6) +
                      ", cascade " + lab::dollars(bills.cascade, 6) + "; the tables count " +
                      lab::dollars(cost.direct, 6) + " and " + lab::dollars(cost.cascade, 6) + ".");
}

}  // namespace

int eval_simulated(const EvalOptions& options) {
  lab::EvalRun run;
  run.workload = options.what;
  run.simulated = true;
  run.time_scale = options.time_scale;
  const lab::ServiceMix mix = mix_of(options);
  const auto config = prepare(options, mix, run);
  if (!config) return complain(config.error().message, 2);
  apply_limit(run, options);
  const auto stage = SimulatedStage::start(*config);
  if (!stage) return complain(stage.error().message, 1);
  const auto bills = ask_both(run, **stage, options);
  if (!bills) return complain(bills.error().message, 1);
  if (run.workload == "suite")
    grade(run);
  else
    add_service_note(run, mix);
  add_notes(run, *bills);
  return finish(run, options);
}

}  // namespace rlm::app
