#include "app/eval_repair.hpp"

#include <algorithm>
#include <cstdio>

#include "app/eval_steps.hpp"
#include "app/simulated_stage.hpp"
#include "lab/random_text.hpp"
#include "lab/table.hpp"

namespace rlm::app {
namespace {

constexpr int kDraftsOfARow = 20;

/// One row of the table: drafts of this size with this many wrong sentences.
struct Row {
  double answer_tokens = 0;
  int faults = 0;
};
constexpr Row kRows[] = {{200, 1}, {200, 3}, {800, 1}, {800, 3}, {800, 10}, {3000, 1}, {3000, 10}};

/// What one kind of verify model spent on a row, per draft.
struct Spent {
  double tokens = 0;   // written by the verify model
  double dollars = 0;  // both models
  int repaired = 0;
  int right = 0;  // delivered answers that are the right one
};

std::vector<std::string> sentences_of(const std::string& text) {
  std::vector<std::string> sentences;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t stop = text.find(". ", at);
    const std::size_t end = stop == std::string::npos ? text.size() : stop + 2;
    sentences.push_back(text.substr(at, end - at));
    at = end;
  }
  return sentences;
}

lab::ServiceRequest nearly_right(lab::Random& random, const Row& row, int number) {
  lab::ServiceRequest request;
  request.destiny = lab::Destiny::Enhanced;
  request.task.id = "repair-" + std::to_string(number);
  request.task.prompt = "Analyze case " + std::to_string(number) + ". " + lab::prose(random, 400);
  request.task.max_tokens = 16'000;
  request.task.right = lab::prose(random, static_cast<std::size_t>(row.answer_tokens * 3.5));
  auto sentences = sentences_of(request.task.right);
  const auto faults = std::min<std::size_t>(static_cast<std::size_t>(row.faults), sentences.size());
  for (std::size_t i = 0; i < faults; ++i) {
    auto& sentence = sentences[(2 * i + 1) * sentences.size() / (2 * faults)];
    const std::size_t word = sentence.find(' ');
    sentence.insert(std::min(word, sentence.size()), " never");
  }
  for (const std::string& sentence : sentences) request.task.wrong += sentence;
  return request;
}

Result<Spent> spend(const std::vector<lab::ServiceRequest>& requests, double edit,
                    const EvalOptions& options) {
  SimulatedStageConfig config;
  config.edit = edit;
  config.prices = prices_of(options);
  config.draft_rules = lab::draft_rules(requests);
  config.verify_rules = lab::verify_rules(requests);
  auto stage = SimulatedStage::start(config);
  if (!stage) return fail(std::move(stage.error()));
  lab::AskOptions ask_options;
  ask_options.prices = (*stage)->prices();
  const auto tasks = tasks_of(requests);
  const auto outcomes = lab::ask_all((*stage)->cascade(), tasks, ask_options);
  if (!outcomes) return fail(outcomes.error());
  Spent spent;
  const auto count = static_cast<double>(tasks.size());
  spent.tokens = static_cast<double>((*stage)->verify_output()) / count;
  spent.dollars = (*stage)->billed() / count;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    if ((*outcomes)[i].verdict == "REPAIRED") ++spent.repaired;
    if ((*outcomes)[i].answer == tasks[i].right) ++spent.right;
  }
  return spent;
}

std::string json_of(const Row& row, const Spent& repair, const Spent& rewrite) {
  return "{\"answer_tokens\":" + lab::decimal(row.answer_tokens, 0) +
         ",\"faults\":" + std::to_string(row.faults) +
         ",\"repair_tokens\":" + lab::decimal(repair.tokens, 1) +
         ",\"rewrite_tokens\":" + lab::decimal(rewrite.tokens, 1) +
         ",\"repair_usd\":" + lab::decimal(repair.dollars, 6) +
         ",\"rewrite_usd\":" + lab::decimal(rewrite.dollars, 6) +
         ",\"drafts\":" + std::to_string(kDraftsOfARow) +
         ",\"repaired\":" + std::to_string(repair.repaired) +
         ",\"repair_right\":" + std::to_string(repair.right) +
         ",\"rewrite_right\":" + std::to_string(rewrite.right) + "}";
}

}  // namespace

int eval_repair(const EvalOptions& options) {
  lab::Table table({"answer", "wrong", "repair writes", "rewrite writes", "ratio", "repair bill",
                    "rewrite bill", "REPAIRED", "right"});
  std::string json;
  lab::Random random(1);
  for (const Row& row : kRows) {
    std::vector<lab::ServiceRequest> requests;
    for (int i = 0; i < kDraftsOfARow; ++i) requests.push_back(nearly_right(random, row, i));
    const auto repair = spend(requests, 1, options);
    const auto rewrite = spend(requests, 0, options);
    if (!repair || !rewrite)
      return complain((repair ? rewrite.error() : repair.error()).message, 1);
    table.add({lab::decimal(row.answer_tokens, 0) + " tok", std::to_string(row.faults),
               lab::decimal(repair->tokens, 1) + " tok", lab::decimal(rewrite->tokens, 1) + " tok",
               lab::percent(repair->tokens / rewrite->tokens), lab::dollars(repair->dollars, 5),
               lab::dollars(rewrite->dollars, 5),
               std::to_string(repair->repaired) + "/" + std::to_string(kDraftsOfARow),
               std::to_string(repair->right) + "/" + std::to_string(kDraftsOfARow)});
    json += (json.empty() ? "[" : ",") + json_of(row, *repair, *rewrite);
  }
  std::printf(
      "SIMULATED: %d drafts a row, each with this many wrong sentences. A verify model that "
      "repairs "
      "(EDIT) against one that rewrites; per draft, both models' own bills.\n\n%s",
      kDraftsOfARow, table.text().c_str());
  if (options.json_file.empty()) return 0;
  return write_file(options.json_file, json + "]\n") ? 0 : 1;
}

}  // namespace rlm::app
