#pragma once
// Requests with the same bytes that are under way at the same time on one worker: one is drafted,
// the others wait for what it learns (cascade.md §11).

#include <map>
#include <memory>
#include <vector>

#include "draft/draft_memo.hpp"
#include "net/event.hpp"
#include "net/stop.hpp"
#include "net/worker.hpp"

namespace rlm::exchange {

/// One thread.
class Twins {
  struct Flight {
    std::vector<net::Event*> waiting;
    std::shared_ptr<const draft::Remembered> result;  // null: the leader learnt nothing
  };

 public:
  explicit Twins(net::Worker& worker) : worker_(worker) {}
  Twins(const Twins&) = delete;
  Twins& operator=(const Twins&) = delete;

  /// The one that is drafted. Its end wakes those that wait.
  class Lead {
   public:
    Lead(Twins& twins, const draft::MemoKey& key);
    Lead(const Lead&) = delete;
    Lead& operator=(const Lead&) = delete;
    ~Lead();
    void learn(std::shared_ptr<const draft::Remembered> result) {
      flight_->result = std::move(result);
    }

   private:
    Twins& twins_;
    draft::MemoKey key_;
    std::shared_ptr<Flight> flight_;
  };

  bool is_flying(const draft::MemoKey& key) const { return flights_.contains(key); }
  /// Waits for the end of the flight with this key; what its leader learnt, or null: nothing, none
  /// was flying, or `stop` was requested meanwhile.
  net::Task<std::shared_ptr<const draft::Remembered>> wait(const draft::MemoKey& key,
                                                           net::StopSource& stop);

 private:
  net::Worker& worker_;
  std::map<draft::MemoKey, std::shared_ptr<Flight>> flights_;
};

}  // namespace rlm::exchange
