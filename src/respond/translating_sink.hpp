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
  net::Task<bool> write(std::string_view bytes, bool last) override;
  bool try_write(std::string_view bytes) override;
  void cut() override;
  bool begun() const override { return form_ != Form::None; }
  void speak_own_dialect(bool own) override;
  const std::string& request_id() const override { return inner_.request_id(); }

 private:
  enum class Form { None, Stream, Whole, Error };
  Result<void> translate(std::unique_ptr<dialect::AnswerTranslator>& translator,
                         std::string_view bytes, bool last, std::string& out);
  net::Task<bool> send_whole();

  ResponseSink& inner_;
  dialect::ClientDialect& client_;
  wire::JsonIndex& index_;
  Form form_ = Form::None;
  bool own_ = false;
  std::unique_ptr<dialect::AnswerTranslator> translator_;  // null once it has failed
  std::unique_ptr<dialect::AnswerTranslator> own_reply_;   // null: all passes
  // Of a whole answer or an error, until it is whole.
  int status_ = 0;
  Headers headers_;
  const ExchangeRecord* record_ = nullptr;
  std::string kept_;
  std::string out_;
};

}  // namespace rlm::respond
