#pragma once
// One client's share of a mixed day: good answers, failures of either model, retries, races,
// requests that are none, and clients that leave.

#include <random>
#include <string>
#include <string_view>

#include "tests/support/scene.hpp"

namespace rlm::test {

/// Scripts are for its own requests only, so the order of several clients does not matter.
class MixedClient {
 public:
  MixedClient(Scene& scene, int number)
      : scene_(scene), number_(number), random_(static_cast<unsigned>(number)) {}

  void run(int exchanges);
  std::size_t sent() const { return sent_; }

 private:
  void one();
  void rewritten(bool stream);
  void failing_draft(bool stream);
  void failing_direct(bool stream);
  void failing_verdict(bool stream);
  void cached(bool stream);
  void leaving();
  /// Hangs up when the model has read the request and this text of its answer has come; without a
  /// model at once, when nobody may have read it.
  void leave(const sim::SimulatedModel* model, std::string text, std::string_view behind = {});
  void racing(bool stream);

  static constexpr int kRemembered = 100;

  std::string tag_of(int exchange) const;
  void forget(const std::string& tag);
  void script(sim::SimulatedModel& model, sim::Reply reply);
  std::string body(std::string_view text, bool stream, std::string_view more = "") const;
  void post(std::string text);
  void post(const Ask& request);
  int pick(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }

  Scene& scene_;
  int number_;
  std::mt19937 random_;
  std::string tag_;
  std::size_t sent_ = 0;
};

}  // namespace rlm::test
