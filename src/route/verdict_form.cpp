#include "route/verdict_form.hpp"

#include <algorithm>

namespace rlm::route {

VerdictForm cheaper_form(const VerdictForms& forms, Tokens draft, const money::Rate& verify,
                         UnixMs now) {
  if (forms.brief <= 0 || verify.price == nullptr) return VerdictForm::Full;
  const Tokens written = std::max<Tokens>(0, draft - kRepairTokens);
  const Tokens read = std::max<Tokens>(0, forms.full - forms.brief);
  const auto saved = static_cast<double>(verify.cost_of({.output = written}, now).value);
  const auto paid = static_cast<double>(verify.cost_of({.input = read}, now).value);
  return forms.repaired * saved < paid ? VerdictForm::Brief : VerdictForm::Full;
}

}  // namespace rlm::route
