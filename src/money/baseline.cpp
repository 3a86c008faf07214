#include "money/baseline.hpp"

#include <algorithm>
#include <utility>

namespace rlm::money {
namespace {

TokenScale scale_of(const RequestFacts& facts, Tokens prompt_tokens) {
  return {facts.prompt_bytes, std::max<Tokens>(prompt_tokens, 0)};
}

Usage with_output(Usage usage, Tokens output) {
  usage.output = output;
  return usage;
}

}  // namespace

Usage BaselineCache::expect(const std::string& name, const RequestFacts& facts,
                            Tokens prompt_tokens, Tokens output, const Price& price, UnixMs now) {
  PromptCache& cache = sessions_[name].counterfactual;
  const CacheRules rules = rules_of(price);
  const TokenScale scale = scale_of(facts, prompt_tokens);
  const int hit = cache.touch(facts, scale, rules, now);
  cache.write(facts, scale, rules, now, entries_max_);
  return with_output(classes_of(facts, hit, scale, rules), output);
}

void BaselineCache::remember(const std::string& name, const RequestFacts& facts, const Price& price,
                             UnixMs now) {
  Session& session = sessions_[name];
  // Without a token count nothing is known to be too short; reading looks again.
  const CacheRules rules{0, rules_of(price).automatic};
  for (PromptCache* cache : {&session.counterfactual, &session.sent}) {
    cache->touch(facts, {}, rules, now);
    cache->write(facts, {}, rules, now, entries_max_);
  }
}

std::optional<Usage> BaselineCache::expect_sent(const std::string& name, const RequestFacts& facts,
                                                const Usage& actual, const Price& price,
                                                UnixMs now) {
  Session& session = sessions_[name];
  const CacheRules rules = rules_of(price);
  const TokenScale scale = scale_of(facts, actual.prompt());
  const int warm = session.counterfactual.touch(facts, scale, rules, now);
  const int sent = session.sent.touch(facts, scale, rules, now);
  for (PromptCache* cache : {&session.counterfactual, &session.sent})
    cache->write(facts, scale, rules, now, entries_max_);
  if (warm <= sent) return std::nullopt;
  return with_output(classes_of(facts, warm, scale, rules), actual.output);
}

Usage BaselineCache::forecast(const std::string& name, const RequestFacts& facts,
                              const Price& price, UnixMs now) const {
  const Session* session = sessions_.find(name);
  const CacheRules rules = rules_of(price);
  const TokenScale scale =
      guess_scale(facts, session != nullptr ? &session->sent : nullptr, 1 / 3.5);
  const int hit = session != nullptr ? session->sent.find(facts, scale, rules, now) : -1;
  return classes_of(facts, hit, scale, rules);
}

void BaselineCache::read_again(const std::string& name, const RequestFacts& facts,
                               const Usage& actual, const Price& price, UnixMs now) {
  Session& session = sessions_[name];
  session.sent.touch(facts, scale_of(facts, actual.prompt()), rules_of(price), now);
  session.was_read_again = true;
}

std::optional<Usage> BaselineCache::expect_lapsed(const std::string& name,
                                                  const RequestFacts& facts, const Usage& actual,
                                                  const Price& price, UnixMs now) {
  Session& session = sessions_[name];
  if (!std::exchange(session.was_read_again, false)) return std::nullopt;
  const CacheRules rules = rules_of(price);
  const TokenScale scale = scale_of(facts, actual.prompt());
  const int warm = session.counterfactual.find(facts, scale, rules, now);
  if (warm >= session.sent.find(facts, scale, rules, now)) return std::nullopt;
  return with_output(classes_of(facts, warm, scale, rules), actual.output);
}

}  // namespace rlm::money
