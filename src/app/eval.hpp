#pragma once
// rlm-cascade eval: the paper's tables, measured over two targets, or worked out without a call.

#include <cstdint>
#include <string>
#include <vector>

#include "lab/paper.hpp"

namespace CLI {
class App;
}

namespace rlm::app {

struct EvalOptions {
  std::string what;  // suite | service | paper
  bool simulated = false;
  /// Simulated models run this much faster than the ones they stand for: durations are multiplied
  /// by it.
  double time_scale = 0.1;
  std::string direct_url;
  std::string cascade_url;
  std::string model;
  std::string direct_key_env = "ANTHROPIC_API_KEY";
  std::string cascade_key_env = "ANTHROPIC_API_KEY";
  std::string suite_file;  // empty: the suite compiled in
  std::string price_file;  // of direct calls; empty: the prices compiled in
  std::string ca_file;
  std::string json_file;
  std::string html_file;          // (bound, pairs)
  std::string pairs_folder;       // recorded pairs of two models (tools, pairs)
  double verdict_accuracy = 1;    // (pairs)
  std::string calls = "verdict";  // how drafted tool calls are checked (pairs)
  int instruction_tokens = -1;    // of a verdict call (pairs); -1: of the text compiled in
  int concurrency = 4;
  int limit = 0;    // tasks asked at most; 0: all
  int runs = 1000;  // lives a simulated world (bound)
  std::uint64_t seed = 1;
  std::vector<int> mix = {lab::paper::kSkipped, lab::paper::kAccepted, lab::paper::kEnhanced};
  double prompt_tokens = 0;  // 0: as many as give the paper's saving
  double answer_tokens = 250;
  double draft_accuracy = 1;  // of a simulated draft model where its drafts are skipped
  double draft_input = 1.74;  // $/MTok
  double draft_output = 3.48;
  double verify_input = 5.50;
  double verify_output = 27.50;
};

void add_eval_options(CLI::App& command, EvalOptions& options);

/// Prints the tables to stdout. 0, 1 when a target could not be asked or an output not be written,
/// 2 for wrong options.
int eval_command(const EvalOptions& options);

}  // namespace rlm::app
