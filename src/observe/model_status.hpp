#pragma once
// How a configured model is doing.

#include <string>
#include <vector>

namespace rlm::observe {

/// A configured model as /api/models tells it; the caller knows its health.
struct ModelStatus {
  std::string name;                // in the configuration, e.g. "opus"
  std::string model;               // the upstream's id
  std::string endpoint;            // kind, e.g. "anthropic"
  std::string host;                // never a key
  std::vector<std::string> roles;  // "direct", "draft", "verify"
  bool healthy = true;
  std::string note;           // why not healthy; empty when it is
  double first_byte_ms = -1;  // smoothed; negative: nobody has asked it yet
};

}  // namespace rlm::observe
