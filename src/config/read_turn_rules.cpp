#include "config/read_turn_rules.hpp"

#include "config/read_prompt.hpp"
#include "draft/prove_tool_calls.hpp"

namespace rlm::config {
namespace {

void read_count(TableReader& in, std::string_view key, int& into, int min, int max) {
  std::int64_t count = into;
  in.read(key, count, min, max);
  into = static_cast<int>(count);
}

}  // namespace

void read_turn_rules(TableReader& cascade_table, exchange::Cascade& cascade, Mistakes& mistakes) {
  const auto* table = cascade_table.table("turn");
  if (table == nullptr) return;
  TableReader in(*table, cascade_table.path_of("turn"), mistakes);
  route::TurnRules& rules = cascade.policy.turn;
  // Behind more errors than this no drafted call is proven anyhow.
  read_count(in, "errors_max", rules.errors_max, 1, static_cast<int>(draft::kErrorsMax));
  read_count(in, "repeats_max", rules.repeats_max, 1, 100);
  read_count(in, "idle_calls_max", rules.idle_calls_max, 0, 10'000);
  read_count(in, "calls_max", rules.calls_max, 0, 100'000);
  std::int64_t micro_usd = rules.money_max.value / 1'000;
  in.read("micro_usd_max", micro_usd, 0, 1'000'000'000);
  rules.money_max = NanoUsd{micro_usd * 1'000};
  in.read("digest_tokens_max", rules.digest_tokens_max, 500, 1'000'000);
  if (const auto choice = in.read_choice("judge", {"cheaper", "conversation", "digest"}))
    rules.judge = static_cast<route::JudgeRule>(*choice);
  read_prompt(in, "verdict_prompt_file", cascade.turn_prompt);
  read_prompt(in, "digest_prompt_file", cascade.digest_prompt);
  in.finish();
}

}  // namespace rlm::config
