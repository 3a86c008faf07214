#include "server/downstream_sink.hpp"

#include <algorithm>
#include <iterator>
#include <random>

#include "respond/deliver.hpp"

namespace rlm::server {

std::string new_request_id() {
  static constexpr char kHex[] = "0123456789abcdef";
  thread_local std::mt19937_64 engine{std::random_device{}()};
  constexpr std::string_view kFront = "req_rlm";
  std::string id(kFront.size() + 16, '0');
  kFront.copy(id.data(), kFront.size());
  auto bits = engine();
  for (std::size_t at = kFront.size(); at < id.size(); ++at, bits >>= 4) id[at] = kHex[bits & 15];
  return id;
}

namespace {

constexpr std::string_view kCost = "x-rlm-cost-usd";

// Header values must not carry what a client or upstream put into a name.
void add_clean(Headers& headers, std::string_view name, std::string_view value) {
  const auto is_clean = [](char c) {
    return static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) < 0x7f;
  };
  value = value.substr(0, 256);
  if (std::all_of(value.begin(), value.end(), is_clean)) return headers.add(name, value);
  std::string clean;
  std::copy_if(value.begin(), value.end(), std::back_inserter(clean), is_clean);
  headers.add(name, clean);
}

}  // namespace

DownstreamSink::DownstreamSink(net::HttpTransaction& transaction)
    : transaction_(transaction), request_id_(new_request_id()) {}

void DownstreamSink::begin(int status, Headers all, const ExchangeRecord& record,
                           std::optional<std::uint64_t> length) {
  // The upstream's own id is the one its error texts and its support know.
  if (find_header(all, "request-id").empty()) all.add("request-id", request_id_);
  if (!record.id.empty()) all.add("x-rlm-exchange", record.id);
  if (!record.id.empty() && record.status != 0) {
    all.add("x-rlm-verdict", name_of(record.verdict));
    if (!record.answered_model.empty()) add_clean(all, "x-rlm-model", record.answered_model);
    if (!record.reason.empty()) add_clean(all, "x-rlm-reason", record.reason);
    if (record.cost.value > 0) all.add(kCost, respond::cost_text(record.cost));
  }
  // A stream's head leaves before the cost is known. A comment of ours behind it would change a
  // relayed body; a trailer changes none, and who does not know it drops it.
  if (!length && !record.id.empty() && record.cost.value == 0) costs_ = &record;
  transaction_.begin(status, all, length, costs_ != nullptr ? kCost : std::string_view());
}

void DownstreamSink::tell_cost() {
  if (costs_ != nullptr && costs_->cost.value > 0)
    transaction_.set_trailer(respond::cost_text(costs_->cost));
}

}  // namespace rlm::server
