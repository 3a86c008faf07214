#pragma once
// A simulated model without its sockets: what it refuses, and what it answers.

#include <string>
#include <string_view>

#include "sim/composed.hpp"
#include "sim/mind.hpp"

namespace rlm::test {

class StrictModel {
 public:
  explicit StrictModel(sim::Provider provider);

  /// The whole message that this reply becomes, ids and signed thinking added, or the provider's
  /// words of refusal.
  tl::expected<std::string, std::string> answer(std::string_view body, sim::Reply reply);

 private:
  sim::SimConfig config_;
  sim::Mind mind_;
  wire::JsonIndex index_;
};

}  // namespace rlm::test
