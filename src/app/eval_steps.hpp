#pragma once
// The steps of an evaluation that real and simulated runs share.

#include <string>
#include <vector>

#include "app/eval.hpp"
#include "base/result.hpp"
#include "lab/eval_report.hpp"
#include "lab/service_workload.hpp"

namespace rlm::app {

/// What the options say of prices and of the service workload.
lab::PaperPrices prices_of(const EvalOptions& options);
lab::ServiceMix mix_of(const EvalOptions& options);

/// The suite of --suite, or the one compiled in. BadRequest (Source::Self).
Result<std::vector<lab::Task>> suite_of(const EvalOptions& options);
std::vector<lab::Task> tasks_of(const std::vector<lab::ServiceRequest>& requests);
/// A whole file. BadRequest (Source::Self).
Result<std::string> read_file(const std::string& path);

/// Keeps the first --limit tasks.
void apply_limit(lab::EvalRun& run, const EvalOptions& options);
/// Asks one target all tasks, with a progress bar.
Result<lab::TargetRun> ask(const lab::Target& target, const std::vector<lab::Task>& tasks,
                           const lab::AskOptions& options);
/// Grades both targets' answers in a sandbox.
void grade(lab::EvalRun& run);
/// Says what the service workload is and what is made up in it.
void add_service_note(lab::EvalRun& run, const lab::ServiceMix& mix);

/// Prints the report and writes --json. The exit code: 1 when a target answered nothing or the file
/// was not written.
int finish(const lab::EvalRun& run, const EvalOptions& options);
/// Prints to stderr and returns `code`.
int complain(const std::string& what, int code);
/// False, with a message on stderr, when it could not be written.
bool write_file(const std::string& path, const std::string& text);

}  // namespace rlm::app
