#pragma once
// Which instruction a verdict call is sent with: the one that also explains repairs, or the brief
// one. A matter of price.

#include <cstdint>

#include "money/rate_book.hpp"

namespace rlm::route {

/// Of verdicts that could repair, how many do, until a class has shown it. The paper's verify model
/// rewrites 14 of 41 drafts (arXiv 2606.22840); half of these are taken to be right but for a few
/// places. Not measured.
inline constexpr double kRepairedShare = 1.0 / 6;
/// Tokens of a repair: one wrong sentence, whatever the draft's length (`rlm-cascade eval repair`).
inline constexpr Tokens kRepairTokens = 50;

/// Full: USE_DRAFT, EDIT or the whole answer. Brief: USE_DRAFT or the whole answer.
enum class VerdictForm : std::uint8_t { Full, Brief };

/// What the choice rests on.
struct VerdictForms {
  Tokens full = 0;                   // of the full instruction
  Tokens brief = 0;                  // of the brief one; 0: there is none
  double repaired = kRepairedShare;  // share of verdicts by the full one that repair, in [0, 1]
  Tokens calls = 0;                  // of the one on tool calls; 0: the draft can make none
};

/// The form that is expected to cost less for a draft of so many tokens. Brief, when repairs are
/// expected to save less than the longer instruction costs:
///   repaired · max(0, draft − kRepairTokens) · output price < (full − brief) · input price,
/// the prices being the verify model's, the input uncached as everything behind the client's own
/// prompt is, and a rewrite as long as the draft. Full where there is no brief one or no price.
VerdictForm cheaper_form(const VerdictForms& forms, Tokens draft, const money::Rate& verify,
                         UnixMs now);

/// Tokens of the instruction in that form.
constexpr Tokens instruction_of(const VerdictForms& forms, VerdictForm form) {
  return form == VerdictForm::Brief ? forms.brief : forms.full;
}

}  // namespace rlm::route
