#include "money/charged_usage.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace rlm::money {
namespace {

bool is_good(int status) {
  return status >= 200 && status <= 299;
}

bool closed_by_us(const CallRecord& call) {
  return call.end == CallEnd::Cancelled || call.error == name_of(ErrorKind::Timeout);
}

bool is_free(const CallSoFar& call) {
  const CallRecord& record = call.record;
  if (record.role == CallRole::Count || !call.sent) return true;
  if (record.status == 0) return !closed_by_us(record);
  const bool began = call.streamed && record.usage.output > 0;
  return !is_good(record.status) || (record.error == name_of(ErrorKind::UpstreamStatus) && !began);
}

}  // namespace

Usage usage_of_bytes(std::size_t bytes) {
  return {.input = static_cast<Tokens>((bytes * 2 + 6) / 7)};
}

Usage charged_usage(const CallSoFar& call, const Usage& expected) {
  const Usage& told = call.record.usage;
  if (told.reported || told.prompt() > 0) return told;
  if (is_free(call)) return {};
  Usage usage = expected.prompt() > 0 ? expected : usage_of_bytes(call.bytes);
  const bool goes_on = !call.streamed && call.record.end != CallEnd::Complete;
  usage.output = std::max(told.output, goes_on ? expected.output : 0);
  usage.reported = false;
  return usage;
}

Usage ExpectedUse::of(CallRole role) const {
  if (role == CallRole::Draft) return draft;
  if (role == CallRole::Digest) return {};  // a prompt of its own
  Usage usage = verify;
  if (role == CallRole::Verify && usage.prompt() > 0) usage.input += suffix;
  return usage;
}

}  // namespace rlm::money
