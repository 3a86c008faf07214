#pragma once
// A client of another dialect, seen as one that speaks Messages.

#include <memory>
#include <string>

#include "dialect/client_dialect.hpp"
#include "respond/response_sink.hpp"

namespace rlm::respond {

/// Translates what the stages say on its way to `inner`. A stream passes as it comes; whole answers
/// and errors are kept until they are whole. One thread; `inner`, `client` and `index` (scratch)
/// outlive it.
class TranslatingSink final : public ResponseSink {
 public:
  TranslatingSink(ResponseSink& inner, dialect::ClientDialect& client, wire::JsonIndex& index)
      : inner_(inner), client_(client), index_(index) {}

  void begin(int status, Headers headers, const ExchangeRecord& record,
             std::optional<std::uint64_t> length) override;
  Result<void> prepare(bool streams, std::string_view bytes, bool last) override;
  net::Task<bool> write(std::string_view bytes, bool last) override;
  bool try_write(std::string_view bytes) override;
  void cut() override;
  bool begun() const override { return begun_; }
  void speak_own_dialect(bool own) override;
  const std::string& request_id() const override { return inner_.request_id(); }

 private:
  enum class Form { None, Stream, Whole, Error };
  void take_form(int status, bool streams);
  Result<void> translate(dialect::AnswerTranslator* translator, std::string_view bytes, bool last);
  Result<void> prepare_whole(std::string_view bytes, bool last);
  net::Task<bool> send_whole();
  net::Task<bool> send_error();
  net::Task<bool> break_off(const Error& error);

  ResponseSink& inner_;
  dialect::ClientDialect& client_;
  wire::JsonIndex& index_;
  Form form_ = Form::None;
  bool begun_ = false;
  bool prepared_ = false;  // `out_` is what the next write sends
  bool own_ = false;
  std::unique_ptr<dialect::AnswerTranslator> translator_;
  std::unique_ptr<dialect::AnswerTranslator> own_reply_;  // null: all passes
  // Of a whole answer or an error, until it is whole.
  int status_ = 0;
  Headers headers_;
  const ExchangeRecord* record_ = nullptr;
  std::string kept_;
  std::string out_;
  std::string before_;  // translated, and to be sent before anything else
};

}  // namespace rlm::respond
