#pragma once
// The client's sink with a copy of what goes through it, for work that needs the delivered answer.

#include "respond/response_sink.hpp"

namespace rlm::exchange {

/// Passes everything on as it is. Keeps at most `bytes_max` of the answer's bytes; of a longer one
/// nothing. Both live as long as the exchange.
class AnswerTap final : public respond::ResponseSink {
 public:
  AnswerTap(respond::ResponseSink& sink, std::size_t bytes_max)
      : sink_(sink), bytes_max_(bytes_max) {}

  void begin(int status, Headers headers, const ExchangeRecord& record,
             std::optional<std::uint64_t> length) override {
    sink_.begin(status, std::move(headers), record, length);
  }
  Result<void> prepare(bool streams, std::string_view bytes, bool last) override {
    return sink_.prepare(streams, bytes, last);
  }
  net::Task<bool> write(std::string_view bytes, bool last) override {
    keep(bytes);
    return sink_.write(bytes, last);
  }
  bool try_write(std::string_view bytes) override { return sink_.try_write(bytes); }
  void cut() override { sink_.cut(); }
  bool begun() const override { return sink_.begun(); }
  const std::string& request_id() const override { return sink_.request_id(); }

  /// Empty when the answer was too long to be kept.
  std::string take() { return std::move(kept_); }

 private:
  void keep(std::string_view bytes) {
    if (too_long_) return;
    too_long_ = bytes.size() > bytes_max_ - kept_.size();
    if (too_long_) {
      std::string().swap(kept_);
    } else {
      kept_ += bytes;
    }
  }

  respond::ResponseSink& sink_;
  std::size_t bytes_max_;
  std::string kept_;
  bool too_long_ = false;
};

}  // namespace rlm::exchange
