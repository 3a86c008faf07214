#include "route/paper_rules.hpp"

namespace rlm::route {

const std::vector<std::string>& default_complexity_keywords() {
  static const std::vector<std::string> keywords = {
      // reasoning
      "analyze", "analyse", "analysis", "prove", "proof", "derive", "derivation", "evaluate",
      "compare", "trade-off", "trade-offs", "tradeoff", "tradeoffs", "reason about", "step by step",
      "in depth", "root cause", "comprehensive", "edge case", "edge cases",
      // design and construction
      "architect", "architecture", "architectural", "design", "implement", "implementation",
      "refactor", "refactoring", "restructure", "rewrite", "redesign", "migrate", "migration",
      "integrate", "integration",
      // hard properties of code
      "algorithm", "algorithms", "complexity", "concurrency", "concurrent", "multithreaded",
      "thread-safe", "deadlock", "deadlocks", "race condition", "race conditions", "distributed",
      "scalability", "scalable", "performance", "optimize", "optimise", "optimization",
      "optimisation", "security", "vulnerability", "vulnerabilities",
      // finding faults
      "debug", "debugging", "diagnose", "memory leak", "segfault", "stack trace", "code review"};
  return keywords;
}

Decision decide_by_paper(const RequestFacts& facts, const Features& features,
                         const PaperRules& rules) {
  // Tool calls are schema-critical: a draft must never choose them.
  if (facts.tool_count > 0) return {Plan::Direct, "tools"};
  if (const auto word = rules.keywords.find(features.user_text))
    return {Plan::DraftVerify, "keyword:" + std::string(*word)};
  if (features.user_characters >= rules.complex_characters_min) return {Plan::DraftVerify, "long"};
  return {Plan::DraftOnly, "simple"};
}

}  // namespace rlm::route
