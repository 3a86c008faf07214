#pragma once
// rlm-cascade explain: what the proxy would do with a request, and why.

#include <iosfwd>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "config/config.hpp"
#include "domain/request.hpp"

namespace CLI {
class App;
}

namespace rlm::app {

struct ExplainOptions {
  std::string request_file;  // the body of a messages request, as a client sends it
  std::string config_file;
  std::vector<std::string> headers;  // "name: value"
};

void add_explain_options(CLI::App& command, ExplainOptions& options);

/// Prints the plan, its reason, what the router saw of the request, and every alternative with its
/// price. Of a session only this request is known, so all caches are cold. 0; 1 for a request that
/// is none, 2 for mistakes in the configuration.
int explain_command(const ExplainOptions& options);

/// The text that explain_command prints. BadRequest for a body that is no request, NotFound for a
/// model that is not configured.
Result<std::string> explain(const config::Config& config, Request request);

}  // namespace rlm::app
