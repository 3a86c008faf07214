#include "app/simulate.hpp"

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "sim/simulated_model.hpp"

namespace rlm::app {
namespace {

void complain(std::string& mistakes, const std::string& mistake) {
  mistakes += (mistakes.empty() ? "" : "\n") + mistake;
}

// MEDIAN or MEDIAN,P95.
void read_distribution(const std::string& text, const char* option, sim::Distribution& into,
                       std::string& mistakes) {
  if (text.empty()) return;
  const char* rest = text.c_str();
  char* end = nullptr;
  into.median = std::strtod(rest, &end);
  into.p95 = 0;
  bool good = end != rest;
  if (good && *end == ',') {
    rest = end + 1;
    into.p95 = std::strtod(rest, &end);
    good = end != rest;
  }
  if (!good || *end != '\0')
    complain(mistakes, std::string(option) + ": \"" + text + "\", need MEDIAN or MEDIAN,P95");
}

void read_prices(const std::string& path, money::PriceTable& prices, sim::SimConfig& config,
                 std::string& mistakes) {
  if (path.empty()) return;
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  auto parsed =
      file ? money::PriceTable::parse(text.str())
           : Result<money::PriceTable>(fail(ErrorKind::BadRequest, Source::Self, "cannot be read"));
  if (!parsed) return complain(mistakes, "--prices " + path + ": " + parsed.error().message);
  prices = std::move(*parsed);
  config.prices = &prices;
}

std::string dollars(NanoUsd money) {
  char text[64];
  std::snprintf(text, sizeof text, "$%.6f", money.dollars());
  return text;
}

void add_cloud_options(CLI::App& command, SimulateOptions& options) {
  auto& vertex = options.config.vertex;
  command.add_option("--vertex-project", vertex.project, "Accepted project; default: any");
  command.add_option("--vertex-location", vertex.locations,
                     "Accepted location; may be repeated; default: any");
  command.add_option("--vertex-email", vertex.client_email, "Service account's client_email");
  command.add_option("--vertex-public-key", options.vertex_key_file,
                     "Its public key or certificate (PEM file) for POST /token");
  auto& aws = options.config.aws;
  command.add_option("--aws-region", aws.region, "Region of signatures; default: any");
  command.add_option("--aws-access-key-id", aws.access_key_id, "Made-up key id");
  command.add_option("--aws-secret-access-key", aws.secret_access_key, "Made-up secret");
  command.add_option("--aws-session-token", aws.session_token, "Made-up session; default: none");
}

void read_vertex_key(const std::string& path, sim::SimConfig& config, std::string& mistakes) {
  if (path.empty()) return;
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) return complain(mistakes, "--vertex-public-key " + path + ": cannot be read");
  config.vertex.public_key = text.str();
}

}  // namespace

void add_simulate_options(CLI::App& command, SimulateOptions& options) {
  add_cloud_options(command, options);
  auto& config = options.config;
  command.add_option("--address", config.address, "IP address to listen on")->capture_default_str();
  command.add_option("--port", config.port, "Port; 0: any free one")->capture_default_str();
  command.add_option("--name", config.name,
                     "Mixed into every draw, so that two models differ; default: the role");
  command
      .add_option("--role", options.role,
                  "Which side of recorded pairs is played, and the default model")
      ->check(CLI::IsMember({"draft", "verify"}))
      ->capture_default_str();
  command
      .add_option(
          "--provider", options.provider,
          "Whose API is spoken: anthropic (Messages), openai, openrouter (Chat Completions and "
          "Responses), deepseek, foundry, vllm, llama.cpp (these and Messages), ollama (Chat "
          "Completions and Messages), vertex, bedrock, mantle, aws-anthropic (Claude)")
      ->capture_default_str();
  command.add_option("--model", options.models,
                     "Model id served, with a known price; may be repeated; default: sim-ROLE");
  command.add_option(
      "--key", config.keys,
      "Accepted API key; may be repeated; default: any, and of ollama, vllm and llama.cpp none "
      "as well");
  command.add_option("--seed", config.seed, "Seed of every draw")->capture_default_str();
  command.add_option("--answers", config.answer_files,
                     "JSON Lines of rules or recorded pairs (.zst allowed); may be repeated");
  command.add_option("--coder", config.coder_file, "JSON script of a coding agent's sessions");
  command.add_option("--first-token-ms", options.first_token_ms,
                     "Delay before the response: MEDIAN[,P95]; default: none");
  command.add_option("--tokens-per-second", options.tokens_per_second,
                     "Speed: MEDIAN[,P95]; default: at once");
  command.add_option("--output-tokens", options.output_tokens,
                     "Length of invented answers: MEDIAN[,P95]; default: 150,600");
  command.add_option("--thinking-tokens", options.thinking_tokens,
                     "Length of thinking when asked for: MEDIAN[,P95]; default: none");
  command.add_option("--ping-ms", options.ping_ms,
                     "Ping after this much silence in a stream; default: 10000");
  command.add_option("--accuracy", config.accuracy, "Probability of a rule's right answer")
      ->capture_default_str();
  command.add_option("--verdict-accept", options.verdict_accept,
                     "Probability of USE_DRAFT for drafts that are right or unknown");
  command.add_option("--verdict-accept-wrong", options.verdict_accept_wrong,
                     "Probability of USE_DRAFT for wrong drafts");
  command.add_option("--verdict-edit", options.verdict_edit,
                     "Probability of repairing (EDIT) a draft that is not accepted, where that is "
                     "shorter than a rewrite");
  command.add_option("--fault", options.faults,
                     "KIND[@N][:PROBABILITY], e.g. 429:0.05, reset@200:0.1; may be repeated");
  command.add_option("--cache-minimum", options.cache_minimum,
                     "Fewest tokens of a cached prefix; default: as the price file says");
  command.add_flag("!--accept-foreign-thinking", config.strict.signatures,
                   "Accept thinking blocks that were not made here, or for another prefix");
  command.add_flag("--lenient", options.lenient,
                   "Accept unknown fields, a missing anthropic-version, and broken rules of turns "
                   "and thinking");
  command.add_option("--prices", options.price_file, "Price file; default: the prices compiled in");
  command.add_option("--tls-cert", config.certificate_file, "PEM certificate chain; serves HTTPS");
  command.add_option("--tls-key", config.key_file, "PEM key");
}

Result<sim::SimConfig> simulate_config(const SimulateOptions& options, money::PriceTable& prices) {
  sim::SimConfig config = options.config;
  std::string mistakes;
  const bool drafts = options.role == "draft";
  config.side = drafts ? sim::Side::Draft : sim::Side::Verify;
  config.models = options.models;
  if (config.models.empty()) config.models = {"sim-" + options.role};
  if (config.name == sim::SimConfig().name) config.name = options.role;
  read_distribution(options.first_token_ms, "--first-token-ms", config.first_token_ms, mistakes);
  read_distribution(options.tokens_per_second, "--tokens-per-second", config.tokens_per_second,
                    mistakes);
  read_distribution(options.output_tokens, "--output-tokens", config.output_tokens, mistakes);
  read_distribution(options.thinking_tokens, "--thinking-tokens", config.thinking_tokens, mistakes);
  if (auto provider = sim::provider_named(options.provider))
    config.provider = *provider;
  else
    complain(mistakes, "--" + provider.error().message);
  if (options.verdict_accept >= 0)
    config.verdict.accept_right = config.verdict.accept_unknown = options.verdict_accept;
  if (options.verdict_accept_wrong >= 0) config.verdict.accept_wrong = options.verdict_accept_wrong;
  if (options.verdict_edit >= 0) config.verdict.edit = options.verdict_edit;
  if (options.cache_minimum >= 0) config.cache_minimum = options.cache_minimum;
  if (options.ping_ms >= 0) config.ping_interval = Milliseconds(options.ping_ms);
  if (options.lenient)
    config.strict = {.version_header = false,
                     .unknown_fields = false,
                     .turn_rules = false,
                     .thinking = false,
                     .signatures = false};
  for (const std::string& text : options.faults) {
    auto fault = sim::parse_fault(text);
    if (fault)
      config.faults.push_back(std::move(*fault));
    else
      complain(mistakes, fault.error().message);
  }
  read_vertex_key(options.vertex_key_file, config, mistakes);
  read_prices(options.price_file, prices, config, mistakes);
  auto checked = sim::validated(std::move(config));
  if (!checked) complain(mistakes, checked.error().message);
  if (!mistakes.empty()) return fail(ErrorKind::BadRequest, Source::Self, std::move(mistakes));
  return checked;
}

int simulate_command(const SimulateOptions& options) {
  // Blocked before the serving thread exists, so that only sigwait() below takes them.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  money::PriceTable prices;
  auto config = simulate_config(options, prices);
  Result<std::unique_ptr<sim::SimulatedModel>> model =
      config ? sim::SimulatedModel::start(*config)
             : Result<std::unique_ptr<sim::SimulatedModel>>(fail(config.error()));
  if (!model) {
    std::fprintf(stderr, "%s\n", model.error().message.c_str());
    return 2;
  }
  std::printf("simulated model %s at %s\n", config->models.front().c_str(),
              (*model)->base_url().c_str());
  std::fflush(stdout);
  int signal = 0;
  sigwait(&signals, &signal);
  const sim::Bill bill = (*model)->bill();
  std::printf("%zu calls, %s\n", bill.count, dollars(bill.total).c_str());
  return 0;
}

}  // namespace rlm::app
