#include "app/eval_bound.hpp"

#include <cstdio>

#include "app/eval_steps.hpp"
#include "lab/bound_report.hpp"
#include "lab/progress_bar.hpp"

namespace rlm::app {

int eval_bound(const EvalOptions& options) {
  lab::BoundFigures figures;
  {
    lab::ProgressBar bar("worlds", lab::constant_worlds().size() + lab::drifting_worlds().size());
    figures = lab::bound_figures(options.runs, options.seed, [&bar] { bar.step(); });
  }
  std::fputs(lab::bound_report_text(figures).c_str(), stdout);
  bool written = true;
  if (!options.json_file.empty())
    written = write_file(options.json_file, lab::bound_report_json(figures));
  if (!options.html_file.empty())
    written = write_file(options.html_file, lab::bound_report_html(figures)) && written;
  return written ? 0 : 1;
}

}  // namespace rlm::app
