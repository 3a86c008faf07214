#include "lab/replay_caches.hpp"

#include <algorithm>

namespace rlm::lab {

void VerifyCache::see(const SessionCall& call) {
  cached_ = std::min(cached_, call.shared);
}

int VerifyCache::keep_alives_before(const SessionCall& call) const {
  if (!rules_.keep_alive || !used_) return 0;
  const double spells = std::max(0.0, idle_s(call) / kKeepAliveS);
  return static_cast<int>(std::min<double>(spells, kKeepAlivesMax));
}

Tokens VerifyCache::readable(const SessionCall& call) const {
  const Tokens prompt = call.prompt();
  if (!used_) return std::min(first_read_, prompt);
  const double kept_s = keep_alives_before(call) * kKeepAliveS + rules_.ttl_s();
  if (idle_s(call) <= kept_s) return std::min(cached_, prompt);
  return rules_.one_hour ? std::min(first_read_, prompt) : 0;
}

void VerifyCache::keep_alive(int times, Bill& bill) const {
  Usage usage;
  usage.cache_read = cached_;
  for (int i = 0; i < times; ++i) bill.add(Purpose::KeepAlive, usage);
}

void VerifyCache::serve(const SessionCall& call, Tokens output, Purpose purpose, Bill& bill,
                        bool mark) {
  keep_alive(keep_alives_before(call), bill);
  Usage usage;
  usage.cache_read = readable(call);
  const Tokens rest = call.prompt() - usage.cache_read;
  usage.input = mark ? std::min(call.input, rest) : rest;
  (rules_.one_hour ? usage.cache_write_1h : usage.cache_write_5m) = rest - usage.input;
  usage.output = output;
  bill.add(purpose, usage);
  if (!mark && usage.cache_read == 0) return;  // neither written nor refreshed
  used_ = true;
  cached_ = mark ? call.prompt() : usage.cache_read;
  last_end_s_ = call.end_s;
}

void VerifyCache::finish(Bill& bill) {
  if (rules_.keep_alive && used_) keep_alive(kKeepAlivesMax, bill);
}

void DraftCache::serve(const SessionCall& call, Bill& bill) {
  Usage usage;
  usage.cache_read = readable(call);
  usage.input = call.prompt() - usage.cache_read;
  usage.output = call.output;
  bill.add(Purpose::Draft, usage);
  cached_ = call.prompt();
}

}  // namespace rlm::lab
