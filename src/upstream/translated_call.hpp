#pragma once
// A call to an upstream of another dialect, which reads like one to an upstream that speaks
// Messages; or like itself, for a client of the same dialect.

#include <memory>
#include <string>

#include "dialect/answer_translator.hpp"
#include "upstream/model_client.hpp"

namespace rlm::upstream {

/// Wraps a call whose head has arrived. One thread; `index` is the worker's scratch. All but the
/// call outlives it.
class TranslatedCall final : public ModelCall {
 public:
  /// `spoken`: a good answer passes as it is, and as_messages() reads it.
  TranslatedCall(std::unique_ptr<net::HttpCall> call, const EndpointConfig& endpoint,
                 const CallRequest& request, wire::JsonIndex& index, bool spoken);

  /// Must be awaited once before anything else is asked: reads an error's body and translates it.
  /// Errors as HttpCall::read_all.
  net::Task<Result<void>> begin();

  int status() const override { return status_; }
  const Headers& headers() const override { return headers_; }
  std::optional<std::uint64_t> content_length() const override;
  net::Task<Result<net::HttpCall::Piece>> read() override;
  net::Task<Result<std::string>> read_all(std::size_t bytes_max) override;
  Milliseconds first_byte_after() const override { return call_->first_byte_after(); }
  dialect::AnswerTranslator* as_messages() override {
    return spoken_ ? translator_.get() : nullptr;
  }
  bool lacks_pings() const override { return !failed() && !passes(); }
  bool starts_with_estimate() const override { return starts_with_estimate_; }

 private:
  bool failed() const { return call_->status() < 200 || call_->status() > 299; }
  bool passes() const { return !failed() && (spoken_ || translator_ == nullptr); }

  std::unique_ptr<net::HttpCall> call_;
  const EndpointConfig& endpoint_;
  wire::JsonIndex& index_;
  const bool spoken_;
  bool starts_with_estimate_ = false;
  int status_;
  Headers headers_;
  std::unique_ptr<dialect::AnswerTranslator> translator_;  // null: nothing is to be translated
  std::string out_;  // what was made of the last piece, or of an error
};

}  // namespace rlm::upstream
