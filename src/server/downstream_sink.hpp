#pragma once
// The client's side of an exchange over HTTP.

#include "net/http_transaction.hpp"
#include "respond/response_sink.hpp"

namespace rlm::server {

/// A fresh id for request-id: "req_rlm" and 16 hexadecimal digits.
std::string new_request_id();

/// Wraps the transaction of one request; both live as long as its handler.
class DownstreamSink final : public respond::ResponseSink {
 public:
  explicit DownstreamSink(net::HttpTransaction& transaction);

  void begin(int status, Headers headers, const ExchangeRecord& record,
             std::optional<std::uint64_t> length) override;
  net::Task<bool> write(std::string_view bytes, bool last) override {
    if (last) tell_cost();
    return transaction_.write(bytes, last);
  }
  bool try_write(std::string_view bytes) override { return transaction_.try_write(bytes); }
  void cut() override { transaction_.end_early(); }
  bool begun() const override { return transaction_.begun(); }
  const std::string& request_id() const override { return request_id_; }

 private:
  void tell_cost();

  net::HttpTransaction& transaction_;
  const ExchangeRecord* costs_ = nullptr;  // what it has cost follows the answer as a trailer
  std::string request_id_;
};

}  // namespace rlm::server
