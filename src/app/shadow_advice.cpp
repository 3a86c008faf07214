#include "app/shadow_advice.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "app/tried_config.hpp"
#include "lab/replay_report.hpp"
#include "lab/table.hpp"
#include "wire/json_text.hpp"

namespace rlm::app {
namespace {

using lab::ClassEvidence;
using Classes = std::map<std::string, ClassEvidence>;
using Preset = route::RoutePolicy::Preset;

constexpr std::array kTurns = {route::TurnKind::Side, route::TurnKind::Compaction,
                               route::TurnKind::Chat, route::TurnKind::Ask,
                               route::TurnKind::Continue};

enum class Standing { Unknown, Open, Proven, Refuted };

/// Of all classes of a turn kind together: the weakest.
Standing standing_of(route::TurnKind turn, const Classes& classes, double bad_rate_max) {
  Standing standing = Standing::Unknown;
  for (const auto& [name, evidence] : classes) {
    if (!name.starts_with(std::string(route::name_of(turn)) + '/') || evidence.labels() == 0)
      continue;
    if (is_refuted(evidence, bad_rate_max)) return Standing::Refuted;
    const Standing own = evidence.is_proven() ? Standing::Proven : Standing::Open;
    if (standing != Standing::Open) standing = own;
  }
  return standing;
}

/// `live` with `balanced` where it was in shadow, trusting what is proven and nothing else.
config::Config by_evidence(const config::Config& live, const Classes& classes,
                           double bad_rate_max) {
  config::Config config = with_preset(live, Preset::Balanced);
  for (exchange::Cascade& cascade : config.table.cascades)
    for (const route::TurnKind turn : kTurns) {
      const bool proven = standing_of(turn, classes, bad_rate_max) == Standing::Proven;
      // What a configuration trusts by hand only answers and reads.
      for (const Risk risk : {Risk::None, Risk::Read})
        cascade.policy.quality.set(turn, risk,
                                   proven ? route::Trust::Trusted : route::Trust::Probation);
    }
  return config;
}

std::string cascade_toml(const config::Config& config, const exchange::Cascade& cascade,
                         bool drafts) {
  std::string names;
  for (const std::string& glob : cascade.match)
    names += (names.empty() ? "" : ", ") + wire::json_string(glob);
  std::string toml = "[[cascade]]\n";
  if (!cascade.name.starts_with("cascade "))
    toml += "name = " + wire::json_string(cascade.name) + '\n';
  const auto model = [&](std::size_t i) {
    return wire::json_string(config.table.endpoints[i].name) + '\n';
  };
  toml += "match = [" + names + "]\ndraft = " + model(cascade.draft) +
          "verify = " + model(cascade.verify) +
          "policy = " + (drafts ? "\"balanced\"\n[cascade.trust]\n" : "\"off\"\n");
  if (!drafts) return toml;
  for (const route::TurnKind turn : kTurns)
    toml.append(route::name_of(turn))
        .append(" = \"")
        .append(route::name_of(cascade.policy.quality.of({turn}, Risk::Read)))
        .append("\"\n");
  return toml;
}

std::string all_toml(const config::Config& config, const std::set<std::string>& tried,
                     bool drafts) {
  std::string toml;
  for (const exchange::Cascade& cascade : config.table.cascades)
    if (tried.contains(cascade.name))
      toml += (toml.empty() ? "" : "\n") + cascade_toml(config, cascade, drafts);
  return toml;
}

std::string missing_text(const Classes& classes) {
  std::string text;
  for (const auto& [name, evidence] : classes) {
    if (evidence.labels() == 0 || evidence.is_proven()) continue;
    const auto more = lab::labels_to_trust(evidence);
    if (!more) continue;
    text += (text.empty() ? "" : "; ") + name + " has " + lab::grouped(evidence.labels()) +
            " and needs " + lab::grouped(*more) + " more without a bad one";
  }
  return text;
}

struct Saving {
  double dollars = 0;
  double low = 0;
  double high = 0;
};
Saving saving_of(const lab::WhatIfResult& result) {
  return {result.baseline - result.cost.value, result.baseline - result.cost.interval.high,
          result.baseline - result.cost.interval.low};
}

void recommend(ShadowAdvice& advice, const config::Config& live, const lab::LedgerHistory& history,
               const Classes& classes, const std::set<std::string>& tried, double bad_rate_max) {
  bool any_told = false;
  for (const route::TurnKind turn : kTurns) {
    const Standing standing = standing_of(turn, classes, bad_rate_max);
    any_told = any_told || standing == Standing::Proven || standing == Standing::Refuted;
  }
  const std::string missing = missing_text(classes);
  if (!any_told) {
    advice.words = "Too few labels to recommend a configuration. " +
                   (missing.empty() ? "The verify model has judged no draft yet." : missing + ".");
    return;
  }
  const config::Config config = by_evidence(live, classes, bad_rate_max);
  advice.presets.push_back({"recommended", try_config(live, config, history)});
  const Saving saving = saving_of(advice.presets.back().result);
  const bool saves = saving.dollars > 0;
  advice.toml = all_toml(config, tried, saves);
  if (!saves) {
    advice.presets.pop_back();
    advice.words =
        "With what may be trusted by these labels, cascading would have saved nothing "
        "(" +
        lab::dollars(saving.dollars, 4) + "): go on without it.";
  } else {
    advice.words = "Trusting what is proven and nothing else would have saved " +
                   lab::dollars(saving.dollars, 4) + " [" + lab::dollars(saving.low, 4) + ", " +
                   lab::dollars(saving.high, 4) + "] in this time, with every other draft " +
                   "verified where that pays.";
    if (saving.low <= 0) advice.words += " That it saves anything is not certain yet.";
  }
  if (!missing.empty()) advice.words += " Not proven yet: " + missing + ".";
}

}  // namespace

ShadowAdvice advise(const config::Config& live, const lab::LedgerHistory& history,
                    const Classes& classes, const quality::TrustRules& rules) {
  ShadowAdvice advice;
  std::set<std::string> tried;
  for (const auto& exchange : history.exchanges())
    if (exchange.shadow != nullptr) tried.insert(exchange.client->cascade);
  if (tried.empty()) return advice;
  advice.presets.push_back({"as it is", try_config(live, live, history)});
  for (const Preset preset : {Preset::Paper, Preset::Safe, Preset::Balanced, Preset::MaxSavings})
    advice.presets.push_back({std::string(route::name_of(preset)),
                              try_config(live, with_preset(live, preset), history)});
  recommend(advice, live, history, classes, tried, rules.bad_rate_max);
  return advice;
}

std::string advice_text(const ShadowAdvice& advice) {
  if (advice.presets.empty()) return {};
  std::string text = "\nWhat each preset would have come to\n" +
                     lab::what_if_report(advice.presets) + '\n' + lab::wrapped(advice.words);
  if (!advice.toml.empty()) text += "In place of the cascade that was in shadow:\n\n" + advice.toml;
  return text;
}

}  // namespace rlm::app
