#include <benchmark/benchmark.h>

#include <memory>

#include "quality/audit_sampler.hpp"
#include "quality/screen.hpp"
#include "quality/trust_book.hpp"

namespace rlm::quality {
namespace {

TrustBook& book() {
  static const std::unique_ptr<TrustBook> kBook = [] {
    auto made = std::make_unique<TrustBook>([](std::string_view) {
      return TrustBook::Beginning{{}, Trust::Trusted};
    });
    Label label;
    label.exchange = "exc_00000000000000000000000001";
    for (int i = 0; i < 200; ++i) {
      label.class_name = "chat/simple/none/deepseek/cascade-" + std::to_string(i);
      static_cast<void>(made->add(label));
    }
    return made;
  }();
  return *kBook;
}

// What the request path pays: its class's standing, and whether it is audited.
void stand_and_draw(benchmark::State& state) {
  const AuditSampler sampler(7);
  for (auto _ : state) {
    const auto standing = book().standing_of("chat/simple/none/deepseek/cascade-77");
    benchmark::DoNotOptimize(sampler.draw("exc_00000000000000000000000001", standing.audit_share));
  }
}
BENCHMARK(stand_and_draw)->Threads(1)->Threads(2);

void add_label(benchmark::State& state) {
  Label label;
  label.class_name = "chat/simple/none/deepseek/cascade-78";
  for (auto _ : state) benchmark::DoNotOptimize(book().add(label));
}
BENCHMARK(add_label);

void look_at_a_draft(benchmark::State& state) {
  Screen screen;
  Measures measures{};
  for (int i = 0; i < 300; ++i) screen.learn(measures, i % 20 == 0, 1);
  for (auto _ : state) {
    measures[0] += .01;
    benchmark::DoNotOptimize(screen.look(measures));
  }
}
BENCHMARK(look_at_a_draft);

}  // namespace
}  // namespace rlm::quality
