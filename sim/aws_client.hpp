#pragma once
// Signed requests for the tests here.

#include "sim/test_client.hpp"

namespace rlm::sim {

/// A config that is reached as `provider` by the keys that Sending has.
SimConfig aws(Provider provider);

struct Sending {
  std::string target;
  std::string body;
  std::string service = "bedrock";
  std::string region = "us-east-1";
  std::string key_id = "AKIDEXAMPLE";
  std::string secret = "secret";
  std::string session;
  std::int64_t age_ms = 0;
  std::string sent_instead;  // of the body that was signed
  Headers headers{{"content-type", "application/json"}};
};

/// Signs and sends it, and waits for the end.
Got send(const SimulatedModel& model, const Sending& sending);

}  // namespace rlm::sim
