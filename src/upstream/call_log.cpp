#include "upstream/call_log.hpp"

namespace rlm::upstream {

std::int64_t CallLog::elapsed_ms() const {
  return std::chrono::duration_cast<Milliseconds>(clock_.steady() - started_).count();
}

std::size_t CallLog::begin(CallRole role, std::string_view endpoint, std::string_view model,
                           int attempt) {
  CallRecord& call = calls_.emplace_back();
  call.role = role;
  call.endpoint = endpoint;
  call.model = model;
  call.attempt = attempt;
  call.started_ms = elapsed_ms();
  return calls_.size() - 1;
}

void CallLog::answered(std::size_t index, int status, Milliseconds first_byte_after) {
  calls_[index].status = status;
  calls_[index].first_byte_ms = first_byte_after.count();
}

void CallLog::end(std::size_t index, CallEnd how, const Usage& usage, std::string_view error) {
  CallRecord& call = calls_[index];
  call.end = how;
  call.usage = usage;
  call.error = error;
  call.duration_ms = elapsed_ms() - call.started_ms;
}

}  // namespace rlm::upstream
