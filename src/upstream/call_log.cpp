#include "upstream/call_log.hpp"

#include <algorithm>

#include "base/error.hpp"

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
  sent_.emplace_back();
  return calls_.size() - 1;
}

void CallLog::sends(std::size_t index, std::size_t body_bytes, bool streamed,
                    const net::Sending& sending) {
  sent_[index] = {&sending, false, streamed, body_bytes};
}

std::size_t CallLog::repeat(std::size_t index, Milliseconds after) {
  CallRecord again = calls_[index];
  ++again.attempt;
  again.started_ms += after.count();
  Sent sent = sent_[index];
  sent_[index] = {};
  end(index, CallEnd::Failed, Usage{}, name_of(ErrorKind::Unreachable));
  calls_[index].duration_ms = after.count();
  calls_.push_back(std::move(again));
  sent_.push_back(sent);
  return calls_.size() - 1;
}

void CallLog::has_gone(std::size_t index) {
  Sent& sent = sent_[index];
  if (sent.sending == nullptr) return;
  sent.whole = sent.sending->whole;
  sent.sending = nullptr;
}

void CallLog::answered(std::size_t index, int status, Milliseconds first_byte_after) {
  has_gone(index);
  calls_[index].status = status;
  calls_[index].first_byte_ms = first_byte_after.count();
}

void CallLog::end(std::size_t index, CallEnd how, const Usage& usage, std::string_view error) {
  has_gone(index);
  CallRecord& call = calls_[index];
  call.end = how;
  call.usage = usage;
  call.error = error;
  call.duration_ms = elapsed_ms() - call.started_ms;
}

bool CallLog::all_told() const {
  return std::all_of(calls_.begin(), calls_.end(), [](const CallRecord& call) {
    return call.usage.reported || call.role == CallRole::Count;
  });
}

void CallLog::bill(std::size_t index, CallRecord& call, const money::ExpectedUse& expected) const {
  const Sent& sent = sent_[index];
  if (is_under_way(index)) {
    call.end = CallEnd::Cancelled;
    call.error = name_of(ErrorKind::Cancelled);
    call.duration_ms = elapsed_ms() - call.started_ms;
  }
  const bool whole = sent.sending != nullptr ? sent.sending->whole : sent.whole;
  const money::CallSoFar so_far{call, whole, sent.streamed, sent.bytes};
  call.usage = money::charged_usage(so_far, expected.of(call.role));
}

std::vector<CallRecord> CallLog::billed(const money::ExpectedUse& expected) const {
  std::vector<CallRecord> calls = calls_;
  for (std::size_t i = 0; i < calls.size(); ++i) bill(i, calls[i], expected);
  return calls;
}

std::vector<CallRecord> CallLog::take(const money::ExpectedUse& expected) {
  for (std::size_t i = 0; i < calls_.size(); ++i) bill(i, calls_[i], expected);
  return std::move(calls_);
}

}  // namespace rlm::upstream
