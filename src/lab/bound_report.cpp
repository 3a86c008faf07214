#include "lab/bound_report.hpp"

#include "lab/statistics.hpp"
#include "lab/table.hpp"

namespace rlm::lab {
namespace {

std::string share_text(int part, int of) {
  return percent(of > 0 ? static_cast<double>(part) / of : 0);
}

// The share with the lower end of its 95 % interval.
std::string held_text(int held, int runs) {
  const auto interval =
      wilson(static_cast<std::size_t>(held), static_cast<std::size_t>(std::max(0, runs)));
  return share_text(held, runs) + " (>= " + percent(interval.low) + ")";
}

std::string count_text(double value) {
  return value < 0 ? "never" : decimal(value, 0);
}

std::string needs_table() {
  Table table({"rate", "fixed sample", "this bound", "more", "trusted after", "more",
               "uniform mixture", "more"});
  for (const double rate : {.05, .02, .01, .005}) {
    const auto need = zero_failure_need(rate);
    const auto more = [&need](int labels) {
      return signed_percent(static_cast<double>(labels) / need.fixed - 1, 0);
    };
    table.add({percent(rate), std::to_string(need.fixed), std::to_string(need.anytime),
               more(need.anytime), std::to_string(need.trusted), more(need.trusted),
               std::to_string(need.uniform), more(need.uniform)});
  }
  return table.text();
}

std::string constant_table(const BoundFigures& figures) {
  Table table({"world", "bad rate", "bound holds", "of the true rate", "trusted", "labels to trust",
               "trusted wrongly", "demoted"});
  for (const auto& each : figures.constant)
    table.add({each.world.name, percent(each.world.stretches[0].bad_rate),
               held_text(each.held, each.runs), share_text(each.held_truth, each.runs),
               share_text(each.trusted, each.runs),
               each.trusted > 0 ? count_text(each.labels_to_trust) : "-",
               share_text(each.wrongly_trusted, each.runs),
               share_text(each.demoted_before, each.runs)});
  return table.text();
}

std::string drift_table(const BoundFigures& figures) {
  Table table({"world", "from", "to", "audits", "judged", "demoted before", "noticed", "exchanges",
               "of 9 in 10", "labels", "bad unseen"});
  for (const auto& each : figures.drifting)
    table.add({each.world.name, percent(each.world.stretches.front().bad_rate),
               percent(each.world.stretches.back().bad_rate),
               percent(each.world.rules.audit_share, 0), percent(each.audit_share),
               share_text(each.demoted_before, each.runs), share_text(each.noticed, each.runs),
               count_text(each.notice_exchanges), count_text(each.notice_exchanges_p90),
               count_text(each.notice_labels), count_text(each.bad_unseen)});
  return table.text();
}

/// One audit against a direct answer, by the paper's list prices and a warm cache: it reads the
/// prompt again, pays for the draft and the instruction as input, and answers one word.
std::string audit_cost_table() {
  constexpr double kInput = 5.50, kOutput = 27.50, kRead = .1 * kInput, kMillion = 1e6;
  constexpr double kInstruction = 300, kVerdict = 6;
  Table table({"prompt, answer", "direct", "one audit", "2 % audits", "5 %", "10 %", "20 %"});
  for (const auto& [prompt, answer] : {std::pair{5e3, 800.}, {40e3, 800.}, {120e3, 6e3}}) {
    const double direct = (prompt * kRead + answer * kOutput) / kMillion;
    const double audit =
        (prompt * kRead + (answer + kInstruction) * kInput + kVerdict * kOutput) / kMillion;
    std::vector<std::string> row = {decimal(prompt, 0) + ", " + decimal(answer, 0), dollars(direct),
                                    dollars(audit)};
    for (const double share : {.02, .05, .10, .20}) row.push_back(percent(share * audit / direct));
    table.add(std::move(row));
  }
  return table.text();
}

std::string json_of(const WorldFigures& each) {
  const auto member = [](const char* name, double value, int digits) {
    return std::string(",\"") + name + "\":" + decimal(value, digits);
  };
  return "{\"world\":\"" + each.world.name + "\"" +
         member("from", each.world.stretches.front().bad_rate, 4) +
         member("to", each.world.stretches.back().bad_rate, 4) +
         member("audit_share", each.world.rules.audit_share, 4) + member("runs", each.runs, 0) +
         member("held", each.held, 0) + member("held_truth", each.held_truth, 0) +
         member("trusted", each.trusted, 0) + member("labels_to_trust", each.labels_to_trust, 0) +
         member("exchanges_to_trust", each.exchanges_to_trust, 0) +
         member("wrongly_trusted", each.wrongly_trusted, 0) +
         member("demoted_before", each.demoted_before, 0) + member("noticed", each.noticed, 0) +
         member("notice_exchanges", each.notice_exchanges, 0) +
         member("notice_exchanges_p90", each.notice_exchanges_p90, 0) +
         member("notice_labels", each.notice_labels, 0) + member("bad_unseen", each.bad_unseen, 0) +
         member("judged", each.audit_share, 4) + "}";
}

std::string json_list(const std::vector<WorldFigures>& worlds) {
  std::string list;
  for (const auto& each : worlds) list += (list.empty() ? "" : ",") + json_of(each);
  return "[" + list + "]";
}

}  // namespace

std::string bound_report_text(const BoundFigures& figures) {
  const quality::TrustRules rules;
  std::string text = "SIMULATED: " + std::to_string(figures.runs) + " lives a world, seed " +
                     std::to_string(figures.seed) + ". Target: at most " +
                     percent(rules.bad_rate_max, 0) + " bad at " + percent(1 - rules.risk, 0) +
                     " confidence.\n\n";
  text += "Good labels without a bad one until the rate is known to be lower\n\n" + needs_table();
  text += "\nA constant rate, 5,000 exchanges, the bound looked at after every label\n\n" +
          constant_table(figures);
  text += "\nA rate that rises after 10,000 exchanges of presumed trust\n\n" + drift_table(figures);
  text += "\nWhat audits cost, of the direct bill\n\n" + audit_cost_table() + "\n";
  for (const char* note :
       {"\"this bound\" may be wrong with 5 % over one run of labels; \"trusted after\" is the "
        "same "
        "with 4 %, because a class that is demoted gets another run, and 5 % are for its whole "
        "life.",
        "\"bound holds\": the share of lives in which the bound was at or above the rate at which "
        "the judge calls answers bad after every single label, with the lower end of its interval; "
        "95 % are promised. \"of the true rate\": the same against the truth: a judge that misses "
        "bad answers bounds what it sees. The product's statement is about the judge, the verify "
        "model.",
        "\"trusted wrongly\": trust was earned although the judged rate is above the target; at "
        "most 5 % are promised. \"exchanges\": from the drift to the demotion, median; \"of 9 in "
        "10\": all but the slowest tenth. \"bad unseen\": bad answers delivered in that time, "
        "median. \"judged\": the share of unseen answers that was audited, which is raised to 50 % "
        "while the labels look suspicious.",
        "Costs: $5.50 and $27.50 per million tokens, cache reads at a tenth, prompts warm; an "
        "audit reads the prompt, the draft and 300 tokens of instruction, and answers in six."})
    text += wrapped(note);
  return text;
}

std::string bound_report_json(const BoundFigures& figures) {
  return "{\"runs\":" + std::to_string(figures.runs) + ",\"seed\":" + std::to_string(figures.seed) +
         ",\"constant\":" + json_list(figures.constant) +
         ",\"drifting\":" + json_list(figures.drifting) + "}\n";
}

}  // namespace rlm::lab
