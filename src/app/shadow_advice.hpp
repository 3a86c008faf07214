#pragma once
// After a time in shadow: what each preset would have saved, and a configuration to go on with.

#include <string>
#include <vector>

#include "config/config.hpp"
#include "lab/class_evidence.hpp"
#include "lab/what_if_report.hpp"

namespace rlm::app {

struct ShadowAdvice {
  std::vector<lab::NamedWhatIf> presets;  // the first is what was served
  std::string words;                      // what to do, and why
  std::string toml;  // the cascades to paste; empty: too little is known to recommend any
};

/// `live` wrote the history. Nothing to say where nothing was tried beside a client's answer.
ShadowAdvice advise(const config::Config& live, const lab::LedgerHistory& history,
                    const std::map<std::string, lab::ClassEvidence>& classes,
                    const quality::TrustRules& rules);

std::string advice_text(const ShadowAdvice& advice);

}  // namespace rlm::app
