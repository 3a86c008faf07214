#include "sim/fault.hpp"

#include <charconv>
#include <cstdlib>
#include <utility>

namespace rlm::sim {
namespace {

struct Name {
  std::string_view text;
  Fault::Kind kind;
  bool needs_number;
};

constexpr Name kNames[] = {{"stall_head", Fault::Kind::StallHead, false},
                           {"slow_head", Fault::Kind::SlowHead, true},
                           {"stall", Fault::Kind::Stall, true},
                           {"reset", Fault::Kind::Reset, true},
                           {"cut", Fault::Kind::Cut, false},
                           {"malformed", Fault::Kind::Malformed, false},
                           {"error_first", Fault::Kind::ErrorFirst, false},
                           {"error_later", Fault::Kind::ErrorLater, false},
                           {"no_usage", Fault::Kind::NoUsage, false},
                           {"one_chunk", Fault::Kind::OneChunk, false},
                           {"no_index", Fault::Kind::NoIndex, false},
                           {"repeated_id", Fault::Kind::RepeatedId, false},
                           {"interleaved", Fault::Kind::Interleaved, false},
                           {"usage_everywhere", Fault::Kind::UsageEverywhere, false},
                           {"finish_with_content", Fault::Kind::FinishWithContent, false},
                           {"stop_with_tools", Fault::Kind::StopWithTools, false},
                           {"no_done", Fault::Kind::NoDone, false}};

bool read_number(std::string_view text, std::size_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

tl::unexpected<Error> wrong(std::string_view text, const std::string& why) {
  return fail(ErrorKind::BadRequest, Source::Self, "fault \"" + std::string(text) + "\": " + why);
}

}  // namespace

bool spoils(const Fault& fault) {
  return fault.kind != Fault::Kind::None && fault.kind != Fault::Kind::SlowHead &&
         fault.kind < Fault::Kind::NoUsage;
}

Fault status_fault(int status, int retry_after_seconds) {
  Fault fault;
  fault.kind = Fault::Kind::Status;
  fault.status = status;
  if (retry_after_seconds > 0)
    fault.headers.add("retry-after", std::to_string(retry_after_seconds));
  return fault;
}

Result<FaultChance> parse_fault(std::string_view text) {
  FaultChance chance;
  std::string_view kind = text;
  if (const auto colon = text.find(':'); colon != std::string_view::npos) {
    const std::string probability(text.substr(colon + 1));
    char* end = nullptr;
    chance.probability = std::strtod(probability.c_str(), &end);
    if (probability.empty() || *end != '\0' ||
        !(chance.probability >= 0 && chance.probability <= 1))
      return wrong(text, "the probability must be a number from 0 to 1");
    kind = text.substr(0, colon);
  }
  std::size_t number = 0;
  const auto mark = kind.find('@');
  const bool has_number = mark != std::string_view::npos;
  if (has_number) {
    if (!read_number(kind.substr(mark + 1), number)) return wrong(text, "need a number after @");
    kind = kind.substr(0, mark);
  }
  std::size_t status = 0;
  if (read_number(kind, status)) {
    if (status < 400 || status > 599) return wrong(text, "a status must be from 400 to 599");
    const bool waits = status == 429 || status == 529;
    chance.fault = status_fault(static_cast<int>(status),
                                has_number ? static_cast<int>(number) : (waits ? 1 : 0));
    return chance;
  }
  for (const Name& name : kNames) {
    if (name.text != kind) continue;
    if (name.needs_number && !has_number)
      return wrong(text, "needs a number: " + std::string(kind) + "@N");
    chance.fault.kind = name.kind;
    chance.fault.at = number;
    chance.fault.delay = Milliseconds(static_cast<Milliseconds::rep>(number));
    return chance;
  }
  return wrong(text,
               "unknown; need a status code, stall_head, slow_head@MS, stall@BYTES, reset@BYTES, "
               "cut[@BYTES], malformed, error_first, error_later, no_usage, one_chunk, no_index, "
               "repeated_id, interleaved, usage_everywhere, finish_with_content, stop_with_tools "
               "or no_done");
}

}  // namespace rlm::sim
