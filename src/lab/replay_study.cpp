#include "lab/replay_study.hpp"

#include <algorithm>

namespace rlm::lab {

namespace {

double share_of(NanoUsd part, NanoUsd all) {
  return all.value == 0 ? 0 : static_cast<double>(part.value) / static_cast<double>(all.value);
}

/// What changed prefixes cost: the bill without them is taken from the bill with them.
enum class Heal { Changes, All };

bool is_compaction(const SessionCall& call, const SessionCall& previous) {
  return call.prompt() * 5 < previous.prompt() * 4;
}

std::vector<SessionThread> healed(std::vector<SessionThread> threads, Heal heal,
                                  CacheFigures& figures) {
  for (SessionThread& thread : threads) {
    for (std::size_t i = 1; i < thread.calls.size(); ++i) {
      const SessionCall& previous = thread.calls[i - 1];
      SessionCall& call = thread.calls[i];
      if (!call.prefix_broke || !call.within_ttl) continue;
      const bool compaction = is_compaction(call, previous);
      if (heal == Heal::All) {
        ++(compaction ? figures.compactions : figures.changes);
      } else if (compaction) {
        continue;
      }
      call.shared = std::min(previous.prompt(), call.prompt());
    }
  }
  return threads;
}

/// Chance does not change what nobody judges, nor what is rejected always or never.
bool is_drawn(ReplayPolicy policy, int rejected_per_mille) {
  return judges(policy) && rejected_per_mille > 0 && rejected_per_mille < 1000;
}

class Study {
 public:
  Study(const std::vector<SessionThread>& threads, const ReplayQuestion& question,
        const std::function<void()>& step)
      : threads_(threads), question_(question), step_(step) {}

  ReplayStudy run() {
    ReplayConfig plain = question_.config;
    plain.verify_cache = {};
    const ReplayOutcome baseline = replay_once(ReplayPolicy::AllVerify, plain);
    study_.threads = static_cast<std::int64_t>(threads_.size());
    study_.counts = baseline.counts;
    study_.baseline = baseline.bill.cost(plain.prices);
    for (const ReplayPolicy policy : question_.policies) {
      if (!judges(policy)) {
        add_row(policy, 0);
      } else {
        for (const int rejected : question_.rejected_per_mille) add_row(policy, rejected);
      }
    }
    study_.cache = cache_figures(threads_, question_.config.prices);
    return std::move(study_);
  }

 private:
  ReplayOutcome replay_once(ReplayPolicy policy, const ReplayConfig& config) {
    ReplayOutcome outcome = replay(threads_, policy, config);
    study_.calls_replayed += outcome.counts.calls;
    step_();
    return outcome;
  }

  void add_row(ReplayPolicy policy, int rejected) {
    ReplayConfig config = question_.config;
    config.rejected_per_mille = rejected;
    config.seed = 0;
    ReplayRow row;
    row.policy = policy;
    row.rejected_per_mille = rejected;
    row.outcome = replay_once(policy, config);
    row.cost = row.outcome.bill.cost(config.prices);
    row.share = share_of(row.cost, study_.baseline);
    for (int draw = 1; draw <= question_.draws && is_drawn(policy, rejected); ++draw) {
      config.seed = static_cast<std::uint64_t>(draw);
      const Bill bill = replay_once(policy, config).bill;
      row.drawn.push_back(share_of(bill.cost(config.prices), study_.baseline));
    }
    study_.rows.push_back(std::move(row));
  }

  const std::vector<SessionThread>& threads_;
  const ReplayQuestion& question_;
  const std::function<void()>& step_;
  ReplayStudy study_;
};

}  // namespace

ReplayStudy study(const std::vector<SessionThread>& threads, const ReplayQuestion& question,
                  const std::function<void()>& step) {
  return Study(threads, question, step).run();
}

std::size_t step_count(const ReplayQuestion& question) {
  std::size_t count = 1;
  for (const ReplayPolicy policy : question.policies) {
    if (!judges(policy)) {
      ++count;
      continue;
    }
    for (const int rejected : question.rejected_per_mille)
      count += 1 + (is_drawn(policy, rejected) ? static_cast<std::size_t>(question.draws) : 0);
  }
  return count;
}

CacheFigures cache_figures(const std::vector<SessionThread>& threads, const ReplayPrices& prices) {
  CacheFigures figures;
  ReplayConfig config;
  config.prices = prices;
  const auto bill_of = [&](const std::vector<SessionThread>& on) {
    return replay(on, ReplayPolicy::AllVerify, config).bill;
  };
  const NanoUsd all = bill_of(threads).cost(prices);
  CacheFigures uncounted;
  const NanoUsd steady = bill_of(healed(threads, Heal::Changes, uncounted)).cost(prices);
  const NanoUsd whole = bill_of(healed(threads, Heal::All, figures)).cost(prices);
  figures.changes_cost = share_of(all - steady, all);
  figures.compactions_cost = share_of(steady - whole, all);
  config.verify_cache.one_hour = true;
  figures.one_hour_saves = share_of(all - bill_of(threads).cost(prices), all);
  config.verify_cache = {};
  config.verify_cache.keep_alive = true;
  const Bill kept = bill_of(threads);
  figures.keep_alives = kept.calls(Purpose::KeepAlive);
  figures.keep_alive_saves = share_of(all - kept.cost(prices), all);
  return figures;
}

Difference difference(const ReplayRow& row, const ReplayRow& other) {
  const std::size_t count = std::max<std::size_t>({1, row.drawn.size(), other.drawn.size()});
  const auto at = [](const ReplayRow& of, std::size_t i) {
    return i < of.drawn.size() ? of.drawn[i] : of.share;
  };
  Difference result{0, 1e300, -1e300};
  for (std::size_t i = 0; i < count; ++i) {
    const double each = at(row, i) - at(other, i);
    result.mean += each / static_cast<double>(count);
    result.low = std::min(result.low, each);
    result.high = std::max(result.high, each);
  }
  return result;
}

}  // namespace rlm::lab
