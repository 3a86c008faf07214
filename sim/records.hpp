#pragma once
// What a simulated model keeps of its traffic: its own exact bill, and the requests as they came.

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/header.hpp"
#include "base/units.hpp"
#include "domain/usage.hpp"

namespace rlm::sim {

enum class CallEnd : std::uint8_t {
  Complete,
  ClientLeft,  // billed: the whole input, and the output: of a stream as far as it was generated
               // when the disconnect was noticed, of a whole answer all of it
  Faulted,     // ended by a fault; billed likewise once it had begun
};

/// One call that cost something.
struct BilledCall {
  std::string request_id;
  std::string model;
  Usage usage;
  NanoUsd cost;
  std::string price_version;
  UnixMs when;  // the price's time: when the request began
  CallEnd end = CallEnd::Complete;
};

/// Sums are over all calls, `calls` holds the newest.
struct Bill {
  std::vector<BilledCall> calls;
  std::size_t count = 0;
  Usage usage;
  NanoUsd total;
};

/// One request as it arrived, and how it ended.
struct SeenRequest {
  std::uint64_t number = 0;  // from 1, in order of arrival
  std::string method;
  std::string target;
  Headers headers;
  std::string body;
  int status = 0;  // 0: not yet answered
  bool finished = false;
  bool client_left = false;
  std::string request_id;
};

/// Bounded by count and by bytes of bodies; the oldest go first.
class RequestHistory {
 public:
  RequestHistory(std::size_t max, std::size_t bytes_max) : max_(max), bytes_max_(bytes_max) {}

  void add(SeenRequest request);
  /// The body comes later than the head.
  void set_body(std::uint64_t number, std::string_view body, std::string_view request_id);
  /// The entry with this number; null when it was dropped.
  SeenRequest* find(std::uint64_t number);
  std::vector<SeenRequest> all() const { return {kept_.begin(), kept_.end()}; }
  void clear();

 private:
  void trim();

  std::size_t max_;
  std::size_t bytes_max_;
  std::size_t bytes_ = 0;
  std::deque<SeenRequest> kept_;
};

/// JSON of the admin endpoints.
std::string to_json(const Bill& bill);
std::string to_json(const std::vector<SeenRequest>& requests);

}  // namespace rlm::sim
