// Property: any chunking of any reply gives the same decision; of a rewrite nothing is lost, and of
// an edit nothing behind its first line.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "verify/verdict_gate.hpp"

namespace {

using rlm::verify::VerdictGate;

struct Outcome {
  VerdictGate::Decision decision;
  std::string passed_on;  // what a client would get of a rewrite, or the edits
  bool tail;
  bool operator==(const Outcome&) const = default;
};

// Feeds `reply` in chunks whose sizes come from `sizes`, over and over; all at once when empty.
Outcome run(std::string_view reply, std::string_view sizes, VerdictGate::Judged judged) {
  VerdictGate gate(judged);
  std::string rest;
  for (std::size_t i = 0; !reply.empty(); ++i) {
    const std::size_t size =
        sizes.empty() ? reply.size() : static_cast<unsigned char>(sizes[i % sizes.size()]) + 1u;
    const auto chunk = reply.substr(0, size);
    reply.remove_prefix(chunk.size());
    if (gate.decision() == VerdictGate::Decision::Rewrite ||
        gate.decision() == VerdictGate::Decision::Edit)
      rest += chunk;
    gate.feed(chunk);
  }
  const auto decision = gate.finish();
  return {decision, gate.held() + rest, gate.has_tail()};
}

// What stands behind the first line that is not blank.
std::string_view edits_of(std::string_view reply) {
  reply.remove_prefix(reply.find("EDIT"));
  return reply.substr(std::min(reply.find('\n'), reply.size() - 1) + 1);
}

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

// The first byte says how many bytes of chunk sizes follow, and whether a turn is judged; the rest
// is the reply.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  if (input.empty()) return 0;
  const std::size_t count = static_cast<unsigned char>(input[0]) % 16;
  const auto judged = (static_cast<unsigned char>(input[0]) & 16) != 0
                          ? VerdictGate::Judged::Turn
                          : VerdictGate::Judged::Answer;
  input.remove_prefix(1);
  const auto sizes = input.substr(0, count);
  const auto reply = input.substr(sizes.size());

  const Outcome whole = run(reply, {}, judged);
  require(whole == run(reply, sizes, judged));
  require(whole == run(reply, std::string_view("\0", 1), judged));
  require(whole.decision != VerdictGate::Decision::NeedMore);
  switch (whole.decision) {
    case VerdictGate::Decision::Rewrite:
      require(whole.passed_on == reply);
      break;
    case VerdictGate::Decision::Edit:
      require(whole.passed_on == edits_of(reply));
      break;
    default:
      require(whole.passed_on.empty());
  }
  return 0;
}
