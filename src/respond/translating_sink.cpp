#include "respond/translating_sink.hpp"

#include "upstream/forward_headers.hpp"
#include "wire/anthropic_error.hpp"

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

void TranslatingSink::begin(int status, Headers headers, const ExchangeRecord& record,
                            std::optional<std::uint64_t> length) {
  const bool failed = status < 200 || status > 299;
  const bool streams = upstream::is_event_stream(headers);
  if (own_) {
    form_ = Form::Stream;  // what breaks it off is told as in a stream
    translator_ = client_.reply(true);
    own_reply_ = client_.own_reply(streams);
    return inner_.begin(status, std::move(headers), record, length);
  }
  form_ = failed ? Form::Error : streams ? Form::Stream : Form::Whole;
  status_ = status;
  headers_ = without_form(headers);
  record_ = &record;
  if (!failed) translator_ = client_.reply(streams);
  if (form_ != Form::Stream) return;
  headers_.add("content-type", client_.stream_type());
  inner_.begin(status, std::move(headers_), record, std::nullopt);
}

void TranslatingSink::speak_own_dialect(bool own) {
  own_ = own;
  // Pings have begun the stream.
  if (own && form_ == Form::Stream && own_reply_ == nullptr) own_reply_ = client_.own_reply(true);
}

Result<void> TranslatingSink::translate(std::unique_ptr<dialect::AnswerTranslator>& translator,
                                        std::string_view bytes, bool last, std::string& out) {
  if (translator == nullptr) return {};
  auto fed = translator->feed(bytes, index_, out);
  if (fed && last) fed = translator->finish(index_, out);
  if (!fed) translator.reset();
  return fed;
}

net::Task<bool> TranslatingSink::send_whole() {
  if (form_ == Form::Whole) {
    out_.clear();
    Result<void> done = fail(ErrorKind::TooLarge, Source::Upstream, "the answer is too large");
    if (kept_.size() <= kWholeMax) done = translate(translator_, kept_, true, out_);
    if (!done) {
      form_ = Form::Error;
      status_ = wire::status_of(done.error());
      kept_ = wire::error_body(done.error(), request_id());
    }
  }
  if (form_ == Form::Error) {
    auto told = client_.error(status_, kept_, index_);
    status_ = told.status;
    out_ = std::move(told.body);
  }
  headers_.add("content-type", "application/json");
  inner_.begin(status_, std::move(headers_), *record_, out_.size());
  co_return co_await inner_.write(out_, true);
}

net::Task<bool> TranslatingSink::write(std::string_view bytes, bool last) {
  if (own_ && own_reply_ == nullptr) co_return co_await inner_.write(bytes, last);
  if (form_ != Form::Stream) {
    // What is too large is passed over, and told at the end.
    if (kept_.size() <= kWholeMax) kept_ += bytes;
    if (!last) co_return true;
    co_return co_await send_whole();
  }
  if (out_.capacity() > kKeptBytes) std::string().swap(out_);
  out_.clear();
  // What cannot be translated ends as a cut stream, which no client takes for a whole one.
  auto& translator = own_ ? own_reply_ : translator_;
  if (const auto done = translate(translator, bytes, last, out_); !done) {
    co_await inner_.write(out_, false);
    inner_.cut();
    co_return false;
  }
  if (out_.empty() && !last) co_return true;
  co_return co_await inner_.write(out_, last);
}

bool TranslatingSink::try_write(std::string_view bytes) {
  if (form_ != Form::Stream) return true;
  std::string out;
  if (!translate(translator_, bytes, false, out)) return false;
  return out.empty() || inner_.try_write(out);
}

void TranslatingSink::cut() {
  // A whole answer that breaks off before it was sent has told the client nothing yet.
  if (form_ != Form::Stream && !inner_.begun()) {
    Headers none;
    inner_.begin(502, std::move(none), *record_, 1);
  }
  inner_.cut();
}

}  // namespace rlm::respond
