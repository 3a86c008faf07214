#pragma once
// Sends the tasks to one endpoint as a client would, and measures what the client sees.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "domain/usage.hpp"
#include "lab/suite.hpp"
#include "money/price_table.hpp"

namespace rlm::lab {

/// An Anthropic-format endpoint.
struct Target {
  std::string name;      // for the tables: "direct", "cascade"
  std::string base_url;  // http(s)://host[:port][/path], without /v1/messages
  std::string model;
  Secret key;
  /// The endpoint is our proxy: what an exchange cost is asked from /api/exchanges/{id}, since a
  /// stream's head is sent before all is known.
  bool is_proxy = false;
};

/// What became of one task at one target. Durations are those of the client, in milliseconds.
struct Outcome {
  std::string task;   // id
  int status = 0;     // HTTP status; 0: none came
  std::string error;  // why there is no whole answer; empty when there is one
  std::string answer;
  Usage usage;
  std::string verdict;   // x-rlm-verdict, empty from other endpoints
  std::string model;     // x-rlm-model, else the answer's own
  std::string exchange;  // x-rlm-exchange
  /// Nothing when neither the proxy nor a price tells.
  std::optional<NanoUsd> cost;
  double first_byte_ms = -1;  // response head
  double first_text_ms = -1;  // first text of the answer
  double total_ms = 0;

  bool answered() const { return error.empty(); }
};

struct AskOptions {
  std::size_t concurrency = 4;
  Milliseconds timeout{600'000};
  std::string ca_file;  // further authorities for https
  /// For targets that are no proxy; null: the prices compiled in.
  std::shared_ptr<const money::PriceTable> prices;
};

/// Asks every task once, in order, `concurrency` at a time, and returns the outcomes in the order
/// of the tasks. Blocks; runs its own event loop on the calling thread. `on_done` is called after
/// each. BadRequest (Source::Self) for a URL or CA file that is none; failures of single requests
/// are in their outcomes.
Result<std::vector<Outcome>> ask_all(const Target& target, const std::vector<Task>& tasks,
                                     const AskOptions& options,
                                     const std::function<void()>& on_done = {});

/// The body of the request for a task.
std::string request_body(const Task& task, const std::string& model);

}  // namespace rlm::lab
