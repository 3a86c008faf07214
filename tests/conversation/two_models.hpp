#pragma once
// The proxy's way of serving one conversation from two models, without its sockets.

#include <map>
#include <string>
#include <vector>

#include "domain/plan.hpp"
#include "domain/request.hpp"
#include "tests/conversation/strict_model.hpp"

namespace rlm::test {

/// A rule that is broken on purpose, to see that somebody notices.
enum class Broken {
  None,
  ThinkingSentToDraft,       // the draft gets the client's own body
  DraftThinkingDelivered,    // the client gets a draft's thinking, unsigned
  VerdictThinkingDelivered,  // ... thinking that is bound to a verdict call's prompt
  ThinkingDropped,           // ... an answer of the verify model without its thinking
  DraftIdsKept,              // ... a draft's tool ids as they are
  HistoryAltered,            // the verify model gets a history that is now and then written anew
  EligibilityIgnored,
};

struct Served {
  std::string response;  // empty: refused
  std::string refusal;
  bool by_draft = false;
};

class TwoModels {
 public:
  explicit TwoModels(std::uint64_t seed, Broken broken = Broken::None)
      : random_(seed), broken_(broken) {}

  /// Serves it by a random plan that is eligible; the models say `wish`.
  Served serve(const std::string& body, sim::Reply wish);

  int drafted() const { return drafted_; }
  int verified() const { return verified_; }
  /// Changes of the answering model from a request to the next, and of these within a tool loop.
  int switches() const { return switches_; }
  int switches_in_loops() const { return switches_in_loops_; }
  /// How often each reason kept a plan from being tried.
  const std::map<std::string, int>& ineligible() const { return ineligible_; }

 private:
  Plan pick(const Request& request);
  Served by_plan(Plan plan, const Request& request, const sim::Reply& wish);
  Served direct(const Request& request, const sim::Reply& wish);
  Served drafted(Plan plan, const Request& request, const sim::Reply& wish);
  Served judged(const Request& request, const sim::Reply& wish, const std::string& draft);
  std::string body_for_draft(const Request& request);
  std::string draft_response(const std::string& response, const Request& request);
  std::string without_thinking(const std::string& response);

  sim::Random random_;
  Broken broken_;
  StrictModel verify_{sim::Provider::Anthropic};
  StrictModel draft_{sim::Provider::DeepSeek};
  wire::JsonIndex index_;
  std::string last_draft_body_;
  bool last_by_draft_ = false;
  int served_ = 0;
  int drafted_ = 0;
  int verified_ = 0;
  int switches_ = 0;
  int switches_in_loops_ = 0;
  std::map<std::string, int> ineligible_;
};

}  // namespace rlm::test
