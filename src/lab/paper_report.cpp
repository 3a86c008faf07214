#include "lab/paper_report.hpp"

#include <cmath>
#include <string_view>

#include "lab/statistics.hpp"
#include "lab/table.hpp"
#include "observe/json_builder.hpp"

namespace rlm::lab {

namespace {

constexpr CacheHits kNoCache{};
// Share of prompt tokens that coding agents read from the cache, measured over 770 recorded
// sessions.
constexpr double kAgentHit = 0.97;
constexpr double kRatios[] = {1, 3, 10, 30, 100, 300};

struct Workload {
  const char* name;
  double prompt;
  double answer;
};
// Lengths of real traffic: medians of recorded agent sessions, and what clients send beside them.
constexpr Workload kWorkloads[] = {{"side request (title, summary)", 1'000, 100},
                                   {"chat without tools", 2'000, 500},
                                   {"agent turn, short session", 42'600, 189},
                                   {"agent turn, median session", 93'000, 189}};

struct CacheCase {
  const char* name;
  CacheHits hits;
};
constexpr CacheCase kCaches[] = {{"no caches", kNoCache},
                                 {"verify warm", {kAgentHit, 0}},
                                 {"both warm", {kAgentHit, kAgentHit}}};

LengthProfile profile_of(const PaperQuestion& q, double prompt, double answer) {
  return {.prompt = prompt,
          .answer = answer,
          .verified_factor = 1,
          .instruction = q.instruction,
          .verdict_answer = q.verdict_answer};
}

double relative_cost(const PaperQuestion& q, CascadePath path, const LengthProfile& profile) {
  const double direct = call_cost(q.prices.verify, profile.prompt, profile.answer, 0);
  return path_cost(q.prices, path, profile, kNoCache) / direct;
}

std::optional<double> ratio_for(const PaperQuestion& q, const VerdictShares& shares, double factor,
                                double instruction) {
  LengthProfile profile = profile_of(q, 0, q.answer);
  profile.verified_factor = factor;
  profile.instruction = instruction;
  const auto prompt = prompt_for_saving(q.prices, shares, profile, kNoCache, q.saving);
  if (!prompt) return std::nullopt;
  return *prompt / q.answer;
}

std::string ratio_text(const std::optional<double>& ratio) {
  return ratio ? decimal(*ratio, 1) + " : 1" : "none";
}

std::string tokens_text(double tokens) {
  return decimal(tokens, 0);
}

std::string heading(std::string_view text) {
  return "\n" + std::string(text) + "\n\n";
}

std::string say(const std::string& text) {
  return wrapped(text, 100);
}

std::string introduction(const PaperQuestion& q) {
  return say(
      "What follows from the figures that the paper (arXiv 2606.22840) states, by arithmetic "
      "alone, without a "
      "call. Prices per MTok: draft " +
      dollars(q.prices.draft.input, 2) + " in, " + dollars(q.prices.draft.output, 2) +
      " out; verify " + dollars(q.prices.verify.input, 2) + " in, " +
      dollars(q.prices.verify.output, 2) +
      " out. Its counts per verdict and its prompt lengths were not available to us; where they "
      "matter, they "
      "are varied. An answer has " +
      tokens_text(q.answer) + " tokens, a draft is as long, the verdict instruction has " +
      tokens_text(q.instruction) + ".");
}

std::string verdicts_section(const PaperQuestion& q) {
  const int total = q.skipped + q.accepted + q.enhanced;
  Table table({"verdict", "requests", "share", "upstream calls"});
  const auto row = [&](const char* name, int count, const char* calls) {
    table.add({name, std::to_string(count), percent(static_cast<double>(count) / total), calls});
  };
  row("SKIPPED", q.skipped, "draft");
  row("ACCEPTED", q.accepted, "draft, then verify reads prompt + draft");
  row("ENHANCED", q.enhanced, "draft, then verify reads and answers");
  const Interval interval =
      wilson(static_cast<std::size_t>(q.skipped + q.accepted), static_cast<std::size_t>(total));
  return heading("1. Verdicts") + table.text() +
         say("Draft use " + percent(static_cast<double>(q.skipped + q.accepted) / total) + " of " +
             std::to_string(total) + " requests, 95 % interval " + percent(interval.low) + " to " +
             percent(interval.high) +
             ". The paper's 88.8 % is 111 of 125, which is consistent. ACCEPTED counts as "
             "draft use although the verify model was paid to read the whole prompt.");
}

std::string paths_section(const PaperQuestion& q) {
  Table table({"prompt : answer", "SKIPPED", "ACCEPTED", "ENHANCED", "the mix", "saving"});
  for (const double ratio : kRatios) {
    const LengthProfile profile = profile_of(q, ratio * q.answer, q.answer);
    const double saving = mix_cost(q.prices, q.shares(), profile, kNoCache).saving();
    table.add({decimal(ratio, 0) + " : 1", percent(relative_cost(q, CascadePath::Skipped, profile)),
               percent(relative_cost(q, CascadePath::Accepted, profile)),
               percent(relative_cost(q, CascadePath::Enhanced, profile)), percent(1 - saving),
               percent(saving)});
  }
  const auto pays = accepted_pays_up_to(q.prices, profile_of(q, 0, q.answer), kNoCache);
  const std::string limit = pays ? "up to a prompt of " + tokens_text(*pays) + " tokens (" +
                                       decimal(*pays / q.answer, 1) + " answers)"
                                 : std::string(
                                       "at no prompt length, since reading draft and instruction "
                                       "costs more than the answer");
  return heading("2. Cost of one request in % of a direct one, without prompt caches") +
         table.text() +
         say("SKIPPED carries the savings. ACCEPTED is cheaper than direct only " + limit +
             ": the verify model reads prompt, draft and instruction at its full input price, and "
             "only the output is "
             "saved. ENHANCED is always dearer than direct.");
}

std::string saving_section(const PaperQuestion& q) {
  const int total = q.skipped + q.accepted + q.enhanced;
  Table table({"SKIPPED / ACCEPTED / ENHANCED", "verified requests", "instruction",
               "-" + percent(q.saving) + " needs"});
  const int used = q.skipped + q.accepted;
  for (const int skipped : {used * 80 / 111, q.skipped, used * 87 / 111}) {
    const VerdictShares shares{static_cast<double>(skipped) / total,
                               static_cast<double>(used - skipped) / total,
                               static_cast<double>(q.enhanced) / total};
    for (const double factor : {1.0, 3.0}) {
      for (const double instruction : {0.0, q.instruction}) {
        table.add({std::to_string(skipped) + " / " + std::to_string(used - skipped) + " / " +
                       std::to_string(q.enhanced),
                   decimal(factor, 0) + "x as long", tokens_text(instruction),
                   ratio_text(ratio_for(q, shares, factor, instruction))});
      }
    }
  }
  LengthProfile bare = profile_of(q, 0, q.answer);
  bare.instruction = 0;
  const Interval range = saving_range(q.prices, q.shares(), bare, kNoCache);
  const auto ratio = ratio_for(q, q.shares(), 1, q.instruction);
  const auto longer = ratio_for(q, q.shares(), 3, q.instruction);
  const std::string of_long_ones = longer && *longer >= 1
                                       ? std::string()
                                       : say("The rule has long requests verified. If these are "
                                             "three times as long as the skipped ones, "
                                             "the saving needs prompts shorter than the answers.");
  return heading("3. Where a saving of " + percent(q.saving) +
                 " follows (prompt : answer, no prompt caches)") +
         table.text() +
         say("Shares and prices alone do not give " + percent(q.saving) +
             ": with these shares any saving between " + percent(range.low) +
             " (long prompts) and " + percent(range.high) +
             " (prompts without weight) is possible. It follows for requests of one length only "
             "when the prompt is "
             "about " +
             (ratio ? decimal(*ratio, 0) : std::string("no number of")) +
             " times as long as the answer and nothing is cached. That is the shape of a short, "
             "tool-free request. "
             "A turn of a coding agent has hundreds of prompt tokens per token of answer, and its "
             "prompt is cached.") +
         of_long_ones;
}

std::string caches_section(const PaperQuestion& q) {
  Table table({"workload", "prompt", "answer", kCaches[0].name, kCaches[1].name, kCaches[2].name});
  for (const Workload& workload : kWorkloads) {
    std::vector<std::string> row = {workload.name, tokens_text(workload.prompt),
                                    tokens_text(workload.answer)};
    for (const CacheCase& cache : kCaches)
      row.push_back(percent(mix_cost(q.prices, q.shares(),
                                     profile_of(q, workload.prompt, workload.answer), cache.hits)
                                .saving()));
    table.add(std::move(row));
  }
  return heading("4. What prompt caches make of the same shares: saving against a direct call") +
         table.text() +
         say("Warm: " + percent(kAgentHit, 0) + " of the prompt is read at " +
             dollars(q.prices.verify.cache_read, 3) + " (verify) and " +
             dollars(q.prices.draft.cache_read, 3) +
             " (draft), the rest is written. The paper states no cache prices. A direct client of "
             "the verify model reads its cache. Where the prompt is long and the draft's cache is "
             "cold, "
             "the same cascade costs more than no cascade: the saving is negative. So " +
             percent(q.saving) +
             " is a saving against a direct client that does not cache, or on "
             "requests too short to be cached.");
}

std::string latency_section(const PaperQuestion& q) {
  const double total = q.skipped + q.accepted + q.enhanced;
  const double rank = 0.5 * total / q.skipped;
  return heading("5. Latency") +
         say("3,698 ms / 2,026 ms = " + decimal(paper::kDirectP50Ms / paper::kCascadeP50Ms, 3) +
             ": 1.83x follows as a ratio of medians. Since " + percent(q.skipped / total) +
             " of the requests are SKIPPED, and these are the fastest, the median of all is about "
             "the " +
             percent(rank, 0) +
             " quantile of the SKIPPED ones alone. It says nothing about the other " +
             percent(1 - q.skipped / total) +
             ": they wait for the draft first and for the verify model then, so "
             "ENHANCED (" +
             percent(q.enhanced / total) +
             ") takes a draft longer than direct. The slowest 5 % of the cascade lie among these: "
             "expect its p95 "
             "above the direct one. The paper's abstract gives no p95.");
}

std::string quality_section() {
  const Interval direct = wilson(paper::kDirectPassed, paper::kBenchmarkTasks);
  const Interval cascade = wilson(paper::kCascadePassed, paper::kBenchmarkTasks);
  const double p = fisher_exact(paper::kDirectPassed, paper::kBenchmarkTasks, paper::kCascadePassed,
                                paper::kBenchmarkTasks);
  return heading("6. Pass rates") +
         say("100 % against 95 % of 20 tasks is one task. 95 % intervals: cascade " +
             percent(cascade.low) + " to " + percent(cascade.high) + ", direct " +
             percent(direct.low) + " to " + percent(direct.high) +
             "; Fisher's exact test p = " + decimal(p, 2) +
             ". \"Matches\" is what 20 tasks can show, down to a loss of about 16 points; "
             "\"exceeds\" is not shown.");
}

std::string router_section() {
  return heading("7. Router") +
         say("The paper sends every request with tools direct. Coding agents offer tools in nearly "
             "every request: in recordings of Claude Code 2.1, 0 to 20 % of the requests were "
             "tool-free, with at most 1.7 % of the input bytes. So 64 to 70 % SKIPPED cannot be "
             "shares "
             "of all requests of such a client; they fit side requests and plain chat, which is "
             "what "
             "`eval service` sends.");
}

}  // namespace

VerdictShares PaperQuestion::shares() const {
  const double total = skipped + accepted + enhanced;
  return {skipped / total, accepted / total, enhanced / total};
}

std::string paper_report(const PaperQuestion& q) {
  return introduction(q) + verdicts_section(q) + paths_section(q) + saving_section(q) +
         caches_section(q) + latency_section(q) + quality_section() + router_section();
}

std::string paper_report_json(const PaperQuestion& q) {
  observe::JsonBuilder json;
  json.open('{').member("source", std::string_view("arXiv 2606.22840"));
  json.member("skipped", q.skipped).member("accepted", q.accepted).member("enhanced", q.enhanced);
  json.key("answer_tokens").real(q.answer).key("instruction_tokens").real(q.instruction);
  json.key("saving_stated").real(q.saving);
  const Interval range = saving_range(q.prices, q.shares(), profile_of(q, 0, q.answer), kNoCache);
  json.key("saving_low").real(range.low).key("saving_high").real(range.high);
  const auto ratio = ratio_for(q, q.shares(), 1, q.instruction);
  json.key("prompt_to_answer_for_saving");
  ratio ? json.real(*ratio) : json.null();
  json.key("by_ratio").open('[');
  for (const double each : kRatios) {
    const LengthProfile profile = profile_of(q, each * q.answer, q.answer);
    json.open('{').key("prompt_to_answer").real(each);
    json.key("skipped").real(relative_cost(q, CascadePath::Skipped, profile));
    json.key("accepted").real(relative_cost(q, CascadePath::Accepted, profile));
    json.key("enhanced").real(relative_cost(q, CascadePath::Enhanced, profile));
    json.key("saving").real(mix_cost(q.prices, q.shares(), profile, kNoCache).saving()).close('}');
  }
  json.close(']').key("by_cache").open('[');
  for (const Workload& workload : kWorkloads) {
    for (const CacheCase& cache : kCaches) {
      const LengthProfile profile = profile_of(q, workload.prompt, workload.answer);
      json.open('{')
          .member("workload", std::string_view(workload.name))
          .member("cache", std::string_view(cache.name));
      json.key("saving")
          .real(mix_cost(q.prices, q.shares(), profile, cache.hits).saving())
          .close('}');
    }
  }
  return json.close(']').close('}').take();
}

}  // namespace rlm::lab
