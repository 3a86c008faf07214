#include "lab/simulated_paper.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "lab/statistics.hpp"
#include "lab/table.hpp"
#include "wire/json_text.hpp"

namespace rlm::lab {

namespace {

constexpr double kVerifyTokensPerSecond = 90;
constexpr double kDraftTokensPerSecond = 180;
constexpr double kTail = 1.8;  // 95th percentile of the first token's delay, in medians
constexpr double kZ95 = 1.6448536269514722;
constexpr double kVerdictTokens = 3;  // "USE_DRAFT"
constexpr int kGrid = 15;

// The middle of the i-th of kGrid equal slices of the standard normal distribution, by bisection.
double normal_quantile(double p) {
  double low = -6;
  double high = 6;
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (0.5 * std::erfc(-middle / std::sqrt(2.0)) < p ? low : high) = middle;
  }
  return low;
}

// Delays that stand for the lognormal distribution of a median of 1.
std::vector<double> unit_delays() {
  std::vector<double> delays;
  for (int i = 0; i < kGrid; ++i)
    delays.push_back(std::exp(std::log(kTail) / kZ95 * normal_quantile((i + 0.5) / kGrid)));
  return delays;
}

double answer_ms(const ServiceRequest& request, double tokens_per_second) {
  return tokens_of(request.task.right.size()) / tokens_per_second * 1000;
}

double direct_median(const std::vector<ServiceRequest>& requests, double verify_first) {
  std::vector<double> times;
  for (const auto& request : requests)
    for (const double delay : unit_delays())
      times.push_back(verify_first * delay + answer_ms(request, kVerifyTokensPerSecond));
  return quantile(std::move(times), 0.5);
}

double cascade_median(const std::vector<ServiceRequest>& requests, double draft_first,
                      double verify_first) {
  std::vector<double> times;
  const auto delays = unit_delays();
  for (const auto& request : requests) {
    for (const double draft_delay : delays) {
      const double draft = draft_first * draft_delay + answer_ms(request, kDraftTokensPerSecond);
      for (const double verify_delay : delays) {
        double verify = 0;
        if (request.destiny != Destiny::Skipped) verify = verify_first * verify_delay;
        if (request.destiny == Destiny::Accepted)
          verify += kVerdictTokens / kVerifyTokensPerSecond * 1000;
        if (request.destiny == Destiny::Enhanced)
          verify += answer_ms(request, kVerifyTokensPerSecond);
        times.push_back(draft + verify);
      }
    }
  }
  return quantile(std::move(times), 0.5);
}

// The first-token median at which `median_of` it reaches `wanted`; 1 ms when the answers alone take
// longer.
double solve(double wanted, const std::function<double(double)>& median_of) {
  double low = 1;
  double high = wanted;
  for (int i = 0; i < 25; ++i) {
    const double middle = (low + high) / 2;
    (median_of(middle) < wanted ? low : high) = middle;
  }
  return low;
}

std::string rule(const std::string& equals, const std::string& right, const std::string& wrong) {
  std::string line =
      "{\"equals\":" + wire::json_string(equals) + ",\"right\":" + wire::json_string(right);
  if (!wrong.empty()) line += ",\"wrong\":" + wire::json_string(wrong);
  return line + "}\n";
}

std::string price_row(const char* model, const SidePrice& price) {
  const std::string input = decimal(price.input, 4);
  return std::string("{\"match\":\"") + model +
         "\",\"valid_from\":\"2026-01-01\",\"input\":" + input + ",\"cache_write_5m\":" + input +
         ",\"cache_write_1h\":" + input + ",\"cache_read\":" + input +
         ",\"output\":" + decimal(price.output, 4) +
         ",\"cache_minimum\":1024,\"source\":\"arXiv 2606.22840; simulated model\"}";
}

}  // namespace

std::string paper_price_file(const PaperPrices& prices) {
  return "[" + price_row(kPaperDraftModel, prices.draft) + "," +
         price_row(kPaperVerifyModel, prices.verify) + "]";
}

SimulatedPaces paces_for(const std::vector<ServiceRequest>& requests, double direct_p50_ms,
                         double cascade_p50_ms) {
  SimulatedPaces paces;
  const double verify =
      solve(direct_p50_ms, [&](double first) { return direct_median(requests, first); });
  const double draft =
      solve(cascade_p50_ms, [&](double first) { return cascade_median(requests, first, verify); });
  paces.verify = {verify, verify * kTail, kVerifyTokensPerSecond};
  paces.draft = {draft, draft * kTail, kDraftTokensPerSecond};
  return paces;
}

std::string draft_rules(const std::vector<ServiceRequest>& requests) {
  std::string lines;
  for (const auto& [task, destiny, verify_errs] : requests) {
    const std::string& given = destiny == Destiny::Enhanced ? task.wrong : task.right;
    lines += rule(task.prompt, given, destiny == Destiny::Skipped ? task.wrong : "");
  }
  return lines;
}

std::string verify_rules(const std::vector<ServiceRequest>& requests) {
  std::string lines;
  for (const auto& [task, destiny, verify_errs] : requests)
    lines +=
        verify_errs ? rule(task.prompt, task.wrong, "") : rule(task.prompt, task.right, task.wrong);
  return lines;
}

}  // namespace rlm::lab
