#include "app/explain.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>

#include "app/eval_steps.hpp"
#include "config/load_config.hpp"
#include "exchange/cascade_route.hpp"
#include "lab/table.hpp"
#include "route/router.hpp"
#include "wire/anthropic_request.hpp"

namespace rlm::app {
namespace {

/// Aligned "name  value" lines, indented.
class Lines {
 public:
  void add(std::string_view name, std::string_view value) {
    constexpr std::size_t kWidth = 18;
    text_ += "  ";
    text_ += name;
    text_.append(name.size() < kWidth ? kWidth - name.size() : 1, ' ');
    text_ += value;
    text_ += '\n';
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

std::string counted(std::int64_t count, std::string_view what) {
  return std::to_string(count) + ' ' + std::string(what) + (count == 1 ? "" : "s");
}

std::string list_of_signs(const RequestFacts& facts) {
  std::string list;
  const auto add = [&](bool is, std::string_view name) {
    if (!is) return;
    if (!list.empty()) list += ", ";
    list += name;
  };
  add(facts.stream, "stream");
  add(facts.thinking == Thinking::Adaptive || facts.thinking == Thinking::Enabled, "thinking");
  add(facts.history_has_thinking, "thinking in the history");
  add(facts.ends_with_tool_result, "ends with a tool result");
  add(facts.last_tool_failed, "the last tool failed");
  add(facts.has_safeguards, "safeguards");
  add(facts.has_server_tools, "server tools");
  add(facts.wants_structured_output, "structured output");
  add(facts.has_images, "images");
  add(facts.has_documents, "documents");
  add(facts.has_citations, "citations");
  add(facts.has_other_blocks, "unknown blocks");
  add(facts.is_bound_to_provider, "bound to the provider");
  add(!facts.stop_sequences.empty(), "stop sequences");
  return list.empty() ? "none" : list;
}

// What the configuration presumes; what was earned is in the ledger's file.
std::string trust_text(route::ClassKey key, const route::RoutePolicy& policy) {
  if (!policy.goes_by_cost()) return {};
  const route::ClassNames unnamed;
  const route::Earned presumed(policy.quality, unnamed, nullptr);
  const bool tools = route::fits(key.turn, Plan::DraftValidate);
  const auto trust = tools ? presumed.of_calls(key) : presumed.of(key, Risk::None);
  return ", " + std::string(route::name_of(trust)) + " before any label";
}

std::string what_it_saw(const RequestFacts& facts, const route::Features& features,
                        const route::CascadeView& cascade) {
  const route::RoutePolicy& policy = cascade.policy;
  const route::ClassKey key = route::class_of(features, policy.paper);
  std::int64_t breakpoints = 0;
  for (const PrefixMark& mark : facts.prefix) breakpoints += mark.breakpoint ? 1 : 0;
  Lines lines;
  lines.add("class", route::name_of(key) + trust_text(key, policy));
  lines.add("safety gate", features.safety_gate ? "yes" : "no");
  lines.add("session", features.session.empty() ? "unknown" : features.session);
  if (!features.agent.empty()) lines.add("agent", features.agent);
  lines.add("new user text",
            counted(static_cast<std::int64_t>(features.user_characters), "character"));
  if (const auto word = policy.paper.keywords.find(features.user_text)) lines.add("keyword", *word);
  lines.add("prompt", counted(static_cast<std::int64_t>(facts.prompt_bytes), "byte") + ", " +
                          counted(static_cast<std::int64_t>(facts.prefix.size()), "block") + ", " +
                          counted(breakpoints, "cache breakpoint"));
  lines.add("messages", std::to_string(facts.message_count));
  lines.add("tools", std::to_string(facts.tool_count));
  lines.add("max_tokens", std::to_string(facts.max_tokens));
  lines.add("signs", list_of_signs(facts));
  if (const auto lack = cascade.why_not_said())
    lines.add("draft model", "its dialect cannot say: " + std::string(*lack));
  return lines.text();
}

std::string prompt_text(const Usage& usage) {
  return counted(usage.prompt(), "token") + ": " + std::to_string(usage.cache_read) + " read, " +
         std::to_string(usage.cache_write_5m + usage.cache_write_1h) + " written, " +
         std::to_string(usage.input) + " plain";
}

std::string length_text(const route::Length& length) {
  return std::to_string(length.mean) + " tokens, " + std::to_string(length.p95) +
         " in one of twenty";
}

std::string instruction_text(const route::PlanQuestion& question) {
  const route::VerdictForms& forms = question.expected.forms;
  const auto told = [](std::string_view name, Tokens tokens) {
    return std::string(name) + ", " + std::to_string(tokens) + " tokens";
  };
  if (forms.calls > 0) return told("on tool calls", forms.calls);
  const auto form = route::verdict_form(question, question.expected.draft.mean);
  return told(form == route::VerdictForm::Brief ? "brief" : "full",
              route::instruction_of(forms, form));
}

std::string what_it_expects(const route::PlanQuestion& question) {
  const auto& expected = question.expected;
  Lines lines;
  lines.add("draft's prompt", prompt_text(question.draft.prompt.usage));
  lines.add("verify's prompt", prompt_text(question.verify.prompt.usage));
  lines.add("draft", length_text(expected.draft));
  lines.add("verify's answer", length_text(expected.answer));
  lines.add("draft is usable", lab::percent(expected.passes, 0));
  lines.add("calls are proven", lab::percent(expected.proven, 0));
  lines.add("verdict accepts", lab::percent(expected.accepted, 0));
  lines.add("verdict's instruction", instruction_text(question));
  lines.add("calls to come", lab::decimal(question.session.to_come, 0));
  return lines.text();
}

std::string alternatives_text(const route::PlanChoice& choice) {
  lab::Table table(
      {"plan", "price", "bill", "for later", "lapsing", "whole turn", "typical", "p95", "may it?"});
  for (const route::Alternative& a : choice.alternatives) {
    std::string may = !a.fits ? "does not fit" : a.refused.empty() ? "yes" : std::string(a.refused);
    if (a.plan == choice.plan) may = "chosen";
    if (a.fits && a.raced) may += ", raced";
    std::vector<std::string> row{std::string(name_of(a.plan))};
    if (choice.priced)
      for (const NanoUsd money : {a.price(), a.bill, NanoUsd{-a.spread.value}, a.lapse})
        row.push_back(lab::dollars(money.dollars(), 6));
    else
      row.insert(row.end(), 4, "unknown");
    row.push_back(a.turn.value > 0 ? lab::dollars(a.turn.dollars(), 6) : "");
    row.push_back(choice.priced ? lab::milliseconds(a.typical_ms) : "");
    row.push_back(choice.priced ? lab::milliseconds(a.p95_ms) : "");
    row.push_back(std::move(may));
    table.add(std::move(row));
  }
  return table.text();
}

std::string cascade_text(const exchange::Cascade& cascade, const route::CascadeView& view) {
  const std::string preset(route::name_of(cascade.policy.preset));
  const std::string policy =
      cascade.shadow.serves_all ? "shadow (served direct; " + preset + " is tried)" : preset;
  return cascade.name + ", policy " + policy + ": drafted by " + view.draft.endpoint + " (" +
         view.draft.model + "), verified by " + view.verify.endpoint + " (" + view.verify.model +
         ")";
}

std::string_view lack_of_draft(const config::Config& config, const exchange::Cascade& cascade,
                               const Buffer& body) {
  wire::JsonIndex index;
  const std::string& model = config.table.endpoints[cascade.draft].model;
  const auto adapted = wire::draft_body(body, index, config.exchange.json, model);
  return adapted ? config.table.lack_of_draft(cascade, *adapted, index) : std::string_view();
}

std::string explain_cascade(const config::Config& config, const exchange::Cascade& cascade,
                            const Request& request) {
  const auto& endpoints = config.table.endpoints;
  std::unordered_map<std::string, std::int64_t> per_mille_of;
  for (const auto& endpoint : endpoints) per_mille_of[endpoint.name] = endpoint.price_per_mille;
  route::Router router(std::make_shared<money::RateBook>(config.prices, std::move(per_mille_of)),
                       nullptr);

  const RequestFacts& facts = request.facts;
  const auto& verify = endpoints[cascade.verify];
  route::CascadeView view = exchange::view_of(
      config.table, cascade, {verify.name, verify.model.empty() ? facts.model : verify.model});
  view.may_race = cascade.policy.cost.race_share > 0;
  const std::string_view lack = lack_of_draft(config, cascade, request.body);
  view.draft_lacks = [lack] { return lack; };
  const auto forced = plan_named(find_header(request.headers, "x-rlm-plan"));
  const route::Features features = route::features_of(request);
  const auto routed = router.route(facts, features, view, forced, system_clock().unix_ms());

  Lines head;
  head.add("plan", name_of(routed.decision.plan));
  head.add("reason", routed.decision.reason);
  head.add("model", facts.model);
  head.add("cascade", cascade_text(cascade, view));
  std::string text = head.text() + "\nwhat the router saw\n" + what_it_saw(facts, features, view);
  if (routed.choice.reason.empty()) return text;  // decided by rules alone
  if (routed.choice.priced)
    text += "\nwhat it expects, with cold caches\n" + what_it_expects(routed.question);
  return text + "\nalternatives\n" + alternatives_text(routed.choice);
}

Result<Request> read_request(const ExplainOptions& options) {
  auto body = read_file(options.request_file);
  if (!body) return fail(std::move(body.error()));
  Request request;
  request.body = Buffer(*body);
  for (const std::string& header : options.headers) {
    const auto colon = header.find(':');
    if (colon == std::string::npos || colon == 0)
      return fail(ErrorKind::BadRequest, Source::Client,
                  "--header: \"" + header + "\" found; expected \"name: value\"");
    const auto value = header.find_first_not_of(' ', colon + 1);
    request.headers.add(header.substr(0, colon),
                        value == std::string::npos ? std::string() : header.substr(value));
  }
  return request;
}

}  // namespace

void add_explain_options(CLI::App& command, ExplainOptions& options) {
  command
      .add_option("request", options.request_file,
                  "File with the JSON body of a messages request, as a client sends it")
      ->required();
  command.add_option("-c,--config", options.config_file, "Configuration file (TOML)")->required();
  command.add_option("-H,--header", options.headers,
                     "\"name: value\", as the client sends it; may be repeated");
}

Result<std::string> explain(const config::Config& config, Request request) {
  wire::JsonIndex index;
  auto facts = wire::read_request_facts(request.body, index, config.exchange.json, false);
  if (!facts) return fail(std::move(facts.error()));
  request.facts = std::move(*facts);
  const std::string& model = request.facts.model;
  if (const exchange::Cascade* cascade = config.table.find_cascade(model))
    return explain_cascade(config, *cascade, request);
  const int endpoint = config.table.find_endpoint(model);
  if (endpoint < 0) return fail(ErrorKind::NotFound, Source::Client, "model: " + model);
  Lines lines;
  lines.add("plan", "direct");
  lines.add("reason", "no_cascade");
  lines.add("model", model);
  lines.add("endpoint", config.table.endpoints[static_cast<std::size_t>(endpoint)].name);
  return lines.text();
}

int explain_command(const ExplainOptions& options) {
  const auto config = config::load_config(options.config_file, config::process_environment());
  if (!config) {
    std::fprintf(stderr, "%s\n", config.error().message.c_str());
    return 2;
  }
  auto request = read_request(options);
  const auto text = request ? explain(*config, std::move(*request))
                            : Result<std::string>(fail(std::move(request.error())));
  if (!text) {
    std::fprintf(stderr, "%s\n", text.error().message.c_str());
    return 1;
  }
  std::fputs(text->c_str(), stdout);
  return 0;
}

}  // namespace rlm::app
