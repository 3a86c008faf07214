#include "respond/translating_sink.hpp"

#include "upstream/forward_headers.hpp"
#include "wire/anthropic_error.hpp"

#include <utility>

namespace rlm::respond {
namespace {

/// Largest whole answer.
constexpr std::size_t kWholeMax = 32u << 20;
/// Room that an open stream keeps between its writes.
constexpr std::size_t kKeptBytes = 4096;

// All headers but those that tell of the body's form.
Headers without_form(const Headers& all) {
  Headers kept;
  for (const Header header : all)
    if (header.known != HeaderName::ContentLength && !same_header(header.name, "content-type"))
      kept.add(header.name, header.value);
  return kept;
}

}  // namespace

void TranslatingSink::take_form(int status, bool streams) {
  if (own_) {
    form_ = Form::Stream;  // what breaks it off is told as in a stream
    translator_ = client_.reply(true);
    own_reply_ = client_.own_reply(streams);
    return;
  }
  const bool failed = status < 200 || status > 299;
  form_ = failed ? Form::Error : streams ? Form::Stream : Form::Whole;
  if (!failed) translator_ = client_.reply(streams);
}

void TranslatingSink::begin(int status, Headers headers, const ExchangeRecord& record,
                            std::optional<std::uint64_t> length) {
  if (!prepared_) take_form(status, upstream::is_event_stream(headers));
  begun_ = true;
  if (own_) return inner_.begin(status, std::move(headers), record, length);
  status_ = status;
  headers_ = without_form(headers);
  record_ = &record;
  if (form_ != Form::Stream) return;
  headers_.add("content-type", client_.stream_type());
  inner_.begin(status, std::move(headers_), record, std::nullopt);
}

void TranslatingSink::speak_own_dialect(bool own) {
  own_ = own;
  // Pings have begun the stream.
  if (own && form_ == Form::Stream && own_reply_ == nullptr) own_reply_ = client_.own_reply(true);
}

Result<void> TranslatingSink::translate(dialect::AnswerTranslator* translator,
                                        std::string_view bytes, bool last) {
  out_ = std::exchange(before_, {});
  auto fed = translator->feed(bytes, index_, out_);
  if (fed && last) fed = translator->finish(index_, out_);
  if (!fed) before_ = std::exchange(out_, {});
  return fed;
}

Result<void> TranslatingSink::prepare_whole(std::string_view bytes, bool last) {
  // What is too large is passed over, and told at the end.
  if (kept_.size() <= kWholeMax) kept_ += bytes;
  if (!last) return {};
  if (kept_.size() > kWholeMax)
    return fail(ErrorKind::TooLarge, Source::Upstream, "the answer is too large");
  return translate(translator_.get(), kept_, true);
}

Result<void> TranslatingSink::prepare(bool streams, std::string_view bytes, bool last) {
  if (form_ == Form::None) take_form(200, streams);
  if (own_ && own_reply_ == nullptr) {
    prepared_ = true;
    return {};
  }
  const auto done = form_ == Form::Whole
                        ? prepare_whole(bytes, last)
                        : translate((own_ ? own_reply_ : translator_).get(), bytes, last);
  prepared_ = done.has_value();
  if (done || begun_) return done;
  // Nothing has been said: the error has its own status and form.
  form_ = Form::None;
  kept_.clear();
  before_.clear();
  return done;
}

net::Task<bool> TranslatingSink::send_whole() {
  headers_.add("content-type", "application/json");
  inner_.begin(status_, std::move(headers_), *record_, out_.size());
  co_return co_await inner_.write(out_, true);
}

net::Task<bool> TranslatingSink::send_error() {
  auto told = client_.error(status_, kept_, index_);
  status_ = told.status;
  out_ = std::move(told.body);
  co_return co_await send_whole();
}

// Of an answer that was written without being prepared.
net::Task<bool> TranslatingSink::break_off(const Error& error) {
  if (form_ == Form::Whole) {
    status_ = wire::status_of(error);
    kept_ = wire::error_body(error, request_id());
    co_return co_await send_error();
  }
  own_ = false;
  const std::string event = wire::error_event(error, request_id());
  if (translate(translator_.get(), event, false)) co_await inner_.write(out_, false);
  inner_.cut();
  co_return false;
}

net::Task<bool> TranslatingSink::write(std::string_view bytes, bool last) {
  if (own_ && own_reply_ == nullptr) {
    prepared_ = false;
    co_return co_await inner_.write(bytes, last);
  }
  if (form_ == Form::Error) {
    if (kept_.size() <= kWholeMax) kept_ += bytes;
    if (!last) co_return true;
    co_return co_await send_error();
  }
  Result<void> ready;
  if (!prepared_) ready = prepare(form_ == Form::Stream, bytes, last);
  prepared_ = false;
  if (!ready) co_return co_await break_off(ready.error());
  if (form_ == Form::Whole) {
    if (!last) co_return true;
    if (const auto category = translator_->refusal_category(); !category.empty())
      headers_.add(dialect::kRefusalHeader, category);
    co_return co_await send_whole();
  }
  bool sent = true;
  if (!out_.empty() || last) sent = co_await inner_.write(out_, last);
  if (out_.capacity() > kKeptBytes) std::string().swap(out_);
  co_return sent;
}

bool TranslatingSink::try_write(std::string_view bytes) {
  if (form_ != Form::Stream) return true;
  if (!before_.empty()) {
    if (!inner_.try_write(before_)) return false;
    before_.clear();
  }
  if (!translator_->feed(bytes, index_, before_)) return false;
  // What was translated cannot be translated again: if the client does not take it now, it stands
  // before what is written next.
  if (!before_.empty() && inner_.try_write(before_)) before_.clear();
  return true;
}

void TranslatingSink::cut() {
  // A whole answer that breaks off before it was sent has told the client nothing yet.
  if (begun_ && form_ != Form::Stream && !inner_.begun()) {
    Headers none;
    inner_.begin(502, std::move(none), *record_, 1);
  }
  inner_.cut();
}

}  // namespace rlm::respond
