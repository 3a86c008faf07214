// What an exchange pays for its accounting before the client's last byte: settle() and write().

#include "account/ledger.hpp"

#include <benchmark/benchmark.h>
#include <unistd.h>

#include <filesystem>

#include "account/account_exchange.hpp"
#include "store/journal.hpp"

namespace rlm::account {
namespace {

ExchangeRecord usual_record(int number) {
  ExchangeRecord record;
  const std::string digits = std::to_string(number);
  record.id = "exc_" + std::string(26 - digits.size(), '0') + digits;
  record.started = {1'790'000'000'000 + number};
  record.session = "0f3c1d4e-9b1a-4e63-8f0e-3a5d1c2b7a90";
  record.asked_model = "paper-verify";
  record.answered_model = "fast";
  record.cascade = "0";
  record.plan = Plan::DraftVerify;
  record.verdict = Verdict::Accepted;
  record.reason = "complex,use_draft";
  record.status = 200;
  record.streamed = true;
  for (const CallRole role : {CallRole::Draft, CallRole::Verify}) {
    CallRecord call;
    call.role = role;
    call.end = CallEnd::Complete;
    call.endpoint = role == CallRole::Draft ? "fast" : "big";
    call.model = role == CallRole::Draft ? "paper-draft" : "paper-verify";
    call.status = 200;
    call.usage = {.input = 2'000, .cache_read = 40'000, .output = 300, .reported = true};
    call.price_version = "2026-01-01";
    record.calls.push_back(std::move(call));
  }
  return record;
}

void encode(benchmark::State& state) {
  const auto record = usual_record(1);
  std::string frame;
  for (auto _ : state) {
    store::encode_record(record, frame);
    benchmark::DoNotOptimize(frame.data());
  }
  state.counters["bytes"] = static_cast<double>(frame.size());
}
BENCHMARK(encode);

/// With the ledger thread storing meanwhile; the id changes, so that every record is kept.
void write(benchmark::State& state) {
  const auto folder =
      std::filesystem::temp_directory_path() / ("rlm-bench-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  {
    LedgerConfig config;
    config.path = folder / "ledger.db";
    config.journal_bytes = 256u << 20;
    auto ledger = Ledger::open(config, 1);
    if (!ledger) return state.SkipWithError(ledger.error().message.c_str());
    auto record = usual_record(0);
    std::uint64_t number = 0;
    for (auto _ : state) {
      ++number;
      for (std::size_t i = 0; i < 8; ++i)
        record.id[29 - i] = static_cast<char>('a' + ((number >> (4 * i)) & 15));
      (*ledger)->write(0, record);
      // Paced like requests: what is measured is the path, not how fast SQLite drains a flood.
      if (number % 64 == 0) {
        state.PauseTiming();
        (*ledger)->flush();
        state.ResumeTiming();
      }
    }
    state.counters["dropped"] = static_cast<double>((*ledger)->dropped());
  }
  std::filesystem::remove_all(folder);
}
BENCHMARK(write)->Iterations(50'000);

void settle(benchmark::State& state) {
  Accountant accountant({std::shared_ptr<void>(), &money::PriceTable::built_in()});
  RequestFacts facts;
  for (int i = 0; i < 120; ++i) {
    facts.prompt_bytes += 1'500;
    facts.prefix.push_back({static_cast<std::uint64_t>(i) * 0x9e3779b97f4a7c15u, facts.prompt_bytes,
                            i % 30 == 29, false});
  }
  auto record = usual_record(1);
  for (auto _ : state) {
    accountant.settle(record, facts,
                      {.endpoint = "big", .model = "paper-verify", .suffix_bytes = 900});
    benchmark::DoNotOptimize(record.baseline);
  }
}
BENCHMARK(settle);

}  // namespace
}  // namespace rlm::account
