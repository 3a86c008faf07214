#pragma once
// A client in memory, for the tests of this folder.

#include <functional>
#include <optional>
#include <string>

#include "respond/response_sink.hpp"

namespace rlm::respond {

class TestSink final : public ResponseSink {
 public:
  void begin(int status_, Headers headers_, const ExchangeRecord& record,
             std::optional<std::uint64_t> length_) override {
    begun_ = true;
    status = status_;
    headers = headers_;
    verdict = record.verdict;
    length = length_;
  }
  Result<void> prepare(bool, std::string_view bytes, bool) override {
    if (!unsayable.empty() && bytes.find(unsayable) != bytes.npos)
      return fail(ErrorKind::Protocol, Source::Upstream, "not to be said");
    return {};
  }
  net::Task<bool> write(std::string_view bytes, bool last) override {
    if (writes_left == 0) co_return false;
    --writes_left;
    if (on_write) on_write();
    body += bytes;
    ended = ended || last;
    ++writes;
    co_return true;
  }
  bool try_write(std::string_view bytes) override {
    if (ended || busy) return false;
    body += bytes;
    return true;
  }
  void cut() override { was_cut = true; }
  bool begun() const override { return begun_; }
  const std::string& request_id() const override { return id_; }

  int status = 0;
  Headers headers;
  Verdict verdict = Verdict::Failed;
  std::optional<std::uint64_t> length;
  std::string body;
  bool ended = false;
  bool was_cut = false;
  bool busy = false;      // try_write is not possible
  std::string unsayable;  // what prepare() refuses
  int writes = 0;
  int writes_left = 1000;  // until the client is gone
  std::function<void()> on_write;

 private:
  bool begun_ = false;
  std::string id_ = "req_test";
};

}  // namespace rlm::respond
