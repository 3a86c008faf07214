#include "lab/paper_arithmetic.hpp"

#include <algorithm>
#include <limits>

namespace rlm::lab {

namespace {

// Every cost here is a straight line in the prompt length: value at 0 and slope.
struct Line {
  double at_zero = 0;
  double slope = 0;
};

template <class Cost>
Line line_of(LengthProfile profile, Cost&& cost) {
  profile.prompt = 0;
  const double at_zero = cost(profile);
  profile.prompt = 1;
  return {at_zero, cost(profile) - at_zero};
}

LengthProfile verified(LengthProfile profile) {
  profile.prompt *= profile.verified_factor;
  profile.answer *= profile.verified_factor;
  return profile;
}

struct MixLines {
  Line direct;
  Line cascade;
};

MixLines mix_lines(const PaperPrices& prices, const VerdictShares& shares,
                   const LengthProfile& profile, const CacheHits& hits) {
  const auto mix = [&](const LengthProfile& p) { return mix_cost(prices, shares, p, hits); };
  return {line_of(profile, [&](const LengthProfile& p) { return mix(p).direct; }),
          line_of(profile, [&](const LengthProfile& p) { return mix(p).cascade; })};
}

}  // namespace

double call_cost(const SidePrice& price, double prompt, double answer, double hit) {
  const double miss_price = hit > 0 ? price.cache_write : price.input;
  return prompt * (hit * price.cache_read + (1 - hit) * miss_price) + answer * price.output;
}

double path_cost(const PaperPrices& prices, CascadePath path, const LengthProfile& profile,
                 const CacheHits& hits) {
  const double draft = call_cost(prices.draft, profile.prompt, profile.answer, hits.draft);
  if (path == CascadePath::Skipped) return draft;
  const double appended = (profile.answer + profile.instruction) * prices.verify.input;
  const double written = path == CascadePath::Accepted ? profile.verdict_answer : profile.answer;
  return draft + appended + call_cost(prices.verify, profile.prompt, written, hits.verify);
}

MixCost mix_cost(const PaperPrices& prices, const VerdictShares& shares,
                 const LengthProfile& profile, const CacheHits& hits) {
  const LengthProfile large = verified(profile);
  const auto direct = [&](const LengthProfile& p) {
    return call_cost(prices.verify, p.prompt, p.answer, hits.verify);
  };
  MixCost cost;
  cost.direct =
      shares.skipped * direct(profile) + (shares.accepted + shares.enhanced) * direct(large);
  cost.cascade = shares.skipped * path_cost(prices, CascadePath::Skipped, profile, hits) +
                 shares.accepted * path_cost(prices, CascadePath::Accepted, large, hits) +
                 shares.enhanced * path_cost(prices, CascadePath::Enhanced, large, hits);
  return cost;
}

std::optional<double> prompt_for_saving(const PaperPrices& prices, const VerdictShares& shares,
                                        LengthProfile profile, const CacheHits& hits,
                                        double saving) {
  const auto [direct, cascade] = mix_lines(prices, shares, profile, hits);
  const double slope = cascade.slope - (1 - saving) * direct.slope;
  if (slope == 0) return std::nullopt;
  const double prompt = ((1 - saving) * direct.at_zero - cascade.at_zero) / slope;
  if (prompt < 0) return std::nullopt;
  return prompt;
}

Interval saving_range(const PaperPrices& prices, const VerdictShares& shares,
                      const LengthProfile& profile, const CacheHits& hits) {
  const auto [direct, cascade] = mix_lines(prices, shares, profile, hits);
  const double without_prompt = 1 - cascade.at_zero / direct.at_zero;
  const double without_answer = 1 - cascade.slope / direct.slope;
  return {std::min(without_prompt, without_answer), std::max(without_prompt, without_answer)};
}

std::optional<double> accepted_pays_up_to(const PaperPrices& prices, LengthProfile profile,
                                          const CacheHits& hits) {
  const Line gain = line_of(profile, [&](const LengthProfile& p) {
    return call_cost(prices.verify, p.prompt, p.answer, hits.verify) -
           path_cost(prices, CascadePath::Accepted, p, hits);
  });
  if (gain.at_zero < 0) return std::nullopt;
  if (gain.slope >= 0) return std::numeric_limits<double>::infinity();
  return gain.at_zero / -gain.slope;
}

double break_even_acceptance(const PaperPrices& prices, const LengthProfile& profile,
                             const CacheHits& hits) {
  const double direct = call_cost(prices.verify, profile.prompt, profile.answer, hits.verify);
  const double accepted = path_cost(prices, CascadePath::Accepted, profile, hits);
  const double enhanced = path_cost(prices, CascadePath::Enhanced, profile, hits);
  return (enhanced - direct) / (enhanced - accepted);
}

}  // namespace rlm::lab
