#include "exchange/race.hpp"

#include <utility>

#include "exchange/serve.hpp"

namespace rlm::exchange {

Race::Race(ExchangeContext& x)
    : x_(x),
      calls_(x.services.clock, x.transaction.started()),
      on_gone_(
          x.transaction.gone(),
          [](void* self) {
            static_cast<Race*>(self)->drafting_.request_stop();
            static_cast<Race*>(self)->asking_.request_stop();
          },
          this),
      ended_(x.services.worker.io()),
      scope_(x.services.worker) {
  x_.race = this;
  scope_.spawn(ask());
}

Race::~Race() {
  x_.race = nullptr;
}

net::Task<void> Race::join() {
  // An answer that serves is whole by now; closing its call is its end.
  asking_.request_stop();
  co_await scope_.join();
}

bool Race::draft_wins() {
  if (winner_ == Winner::Verify) return false;
  if (winner_ == Winner::Draft) return true;
  winner_ = Winner::Draft;
  asking_.request_stop();
  return true;
}

net::Task<Result<upstream::OpenedCall>> Race::answer() {
  while (!over_) co_await ended_.wait();
  taken_ = true;
  co_return std::move(*opened_);
}

net::Task<void> Race::ask() {
  opened_ = co_await open_direct(x_, calls_, asking_);
  if (*opened_) {
    const auto begun = co_await read_to_text();
    if (!begun) {
      Error error = begun.error();
      note_end(error.kind == ErrorKind::Cancelled ? CallEnd::Cancelled : CallEnd::Failed,
               name_of(error.kind));
      opened_ = fail(std::move(error));
    }
  }
  over_ = true;
  if (*opened_ && winner_ == Winner::Nobody) {
    winner_ = Winner::Verify;
    drafting_.request_stop();
  }
  ended_.set();
}

// Holds what comes before: until then the answer can still be taken back.
net::Task<Result<void>> Race::read_to_text() {
  using Format = wire::UsageTap::Format;
  upstream::OpenedCall& opened = **opened_;
  tap_.emplace(opened.is_stream ? Format::Sse : Format::Json);
  if (opened.call->starts_with_estimate()) tap_->pass_over_start();
  if (opened.held.empty()) opened.held.append(opened.first.bytes);
  opened.first.bytes = opened.held.view();
  tap_->feed(opened.held.view(), x_.services.index);
  while (!tap_->text_seen() && !opened.first.end && !tap_->failed()) {
    auto more = co_await opened.call->read();
    if (!more) co_return fail(std::move(more.error()));
    opened.held.append(more->bytes);
    tap_->feed(more->bytes, x_.services.index);
    opened.first = {opened.held.view(), more->end};
  }
  if (asking_.stopped()) co_return fail(ErrorKind::Cancelled, Source::Client, "the race is over");
  co_return Result<void>{};
}

void Race::note_end(CallEnd how, std::string_view error) {
  calls_.end((*opened_)->log_index, how, tap_->usage(), error);
}

void Race::book(std::vector<CallRecord>& calls, const money::ExpectedUse& expected) {
  // Of a call that is being read, the log does not know yet what it told.
  if (tap_ && *opened_ && calls_.is_under_way((*opened_)->log_index))
    calls_.at((*opened_)->log_index).usage = tap_->usage();
  for (CallRecord& call : calls_.billed(expected)) calls.push_back(std::move(call));
}

void Race::count(observe::Metrics& metrics, const std::vector<CallRecord>& all_calls) const {
  const bool verify_lost = winner_ == Winner::Draft;
  NanoUsd lost;
  for (const CallRecord& call : all_calls)
    if (winner_ != Winner::Nobody && (call.role == CallRole::Direct) == verify_lost)
      lost += call.cost;
  metrics.raced(static_cast<observe::RaceWinner>(winner_), lost);
}

}  // namespace rlm::exchange
