#include "app/eval_steps.hpp"

#include <cstdio>
#include <fstream>
#include <sstream>

#include "lab/progress_bar.hpp"
#include "lab/table.hpp"
#include "verify/verdict_prompt.hpp"

namespace rlm::app {

lab::PaperPrices prices_of(const EvalOptions& options) {
  lab::PaperPrices prices;
  prices.draft.input = prices.draft.cache_write = options.draft_input;
  prices.draft.output = options.draft_output;
  prices.verify.input = options.verify_input;
  prices.verify.cache_read = options.verify_input / 10;  // Anthropic's usual multipliers
  prices.verify.cache_write = options.verify_input * 1.25;
  prices.verify.output = options.verify_output;
  return prices;
}

lab::ServiceMix mix_of(const EvalOptions& options) {
  lab::ServiceMix mix;
  mix.skipped = options.mix[0];
  mix.accepted = options.mix[1];
  mix.enhanced = options.mix[2];
  mix.prompt_tokens = options.prompt_tokens;
  mix.answer_tokens = options.answer_tokens;
  mix.prices = prices_of(options);
  mix.instruction_tokens = lab::tokens_of(verify::default_verdict_text().size());
  return mix;
}

Result<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  if (file) text << file.rdbuf();
  if (!file) return fail(ErrorKind::BadRequest, Source::Self, path + ": cannot be read");
  return text.str();
}

bool write_file(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text << '\n';
  file.close();
  if (!file) std::fprintf(stderr, "%s: cannot be written\n", path.c_str());
  return static_cast<bool>(file);
}

int complain(const std::string& what, int code) {
  std::fprintf(stderr, "%s\n", what.c_str());
  return code;
}

Result<std::vector<lab::Task>> suite_of(const EvalOptions& options) {
  if (options.suite_file.empty()) return lab::built_in_suite();
  auto text = read_file(options.suite_file);
  if (!text) return fail(std::move(text.error()));
  auto suite = lab::parse_suite(*text);
  if (!suite) suite.error().message = options.suite_file + ":\n" + suite.error().message;
  return suite;
}

std::vector<lab::Task> tasks_of(const std::vector<lab::ServiceRequest>& requests) {
  std::vector<lab::Task> tasks;
  for (const auto& request : requests) tasks.push_back(request.task);
  return tasks;
}

void apply_limit(lab::EvalRun& run, const EvalOptions& options) {
  if (options.limit > 0 && run.tasks.size() > static_cast<std::size_t>(options.limit))
    run.tasks.resize(static_cast<std::size_t>(options.limit));
}

Result<lab::TargetRun> ask(const lab::Target& target, const std::vector<lab::Task>& tasks,
                           const lab::AskOptions& options) {
  lab::TargetRun run;
  run.name = target.name;
  run.model = target.model;
  lab::ProgressBar bar(target.name, tasks.size());
  auto outcomes = lab::ask_all(target, tasks, options, [&] { bar.step(); });
  if (!outcomes) return fail(std::move(outcomes.error()));
  run.outcomes = std::move(*outcomes);
  return run;
}

void grade(lab::EvalRun& run) {
  const lab::Sandbox sandbox;
  run.isolation = sandbox.isolation().text();
  lab::ProgressBar bar("grading", 2 * run.tasks.size());
  for (lab::TargetRun* target : {&run.direct, &run.cascade}) {
    for (std::size_t i = 0; i < run.tasks.size(); ++i) {
      lab::Grade each{false, "no answer"};
      if (target->outcomes[i].answered())
        each = lab::grade(run.tasks[i], target->outcomes[i].answer, sandbox);
      target->grades.push_back(std::move(each));
      bar.step();
    }
  }
}

void add_service_note(lab::EvalRun& run, const lab::ServiceMix& mix) {
  const double prompt = lab::prompt_tokens_of(mix);
  std::size_t side = 0;
  for (const auto& task : run.tasks) side += task.kind == "side" ? 1 : 0;
  run.notes.push_back(
      "The requests are made up: " + std::to_string(side) + " short side requests and " +
      std::to_string(run.tasks.size() - side) +
      " questions that the paper's rule has verified. The default split of 84 / 27 / 14 follows "
      "from 88.8 % "
      "of 125 and SKIPPED within 64 - 70 %; the paper's full mix was not available to us.");
  std::string lengths = "Prompts have " + lab::decimal(prompt, 0) + " tokens on average, answers " +
                        lab::decimal(mix.answer_tokens, 0) + " (" +
                        lab::decimal(prompt / mix.answer_tokens, 1) + " : 1)";
  if (mix.prompt_tokens > 0) {
    lengths += ".";
  } else {
    const double saving = lab::cost_of_requests(lab::service_workload(mix), mix).saving();
    lengths += ": at this length the prices and the whole mix give " +
               lab::signed_percent(-saving) +
               ", without prompt caches. The saving does not follow from the prices alone; "
               "--prompt-tokens N shows other "
               "lengths, `eval paper` the reasons.";
  }
  run.notes.push_back(std::move(lengths));
}

int finish(const lab::EvalRun& run, const EvalOptions& options) {
  std::fputs(lab::report_text(run).c_str(), stdout);
  if (!options.json_file.empty() && !write_file(options.json_file, lab::report_json(run))) return 1;
  for (const lab::TargetRun* target : {&run.direct, &run.cascade}) {
    bool answered = false;
    for (const auto& outcome : target->outcomes) answered = answered || outcome.answered();
    if (!answered) return complain("no request to the target " + target->name + " was answered", 1);
  }
  return 0;
}

}  // namespace rlm::app
