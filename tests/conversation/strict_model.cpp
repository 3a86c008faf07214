#include "tests/conversation/strict_model.hpp"

#include "sim/transcript.hpp"

namespace rlm::test {
namespace {

sim::SimConfig config_of(sim::Provider provider) {
  sim::SimConfig config;
  config.provider = provider;
  config.name = provider == sim::Provider::Anthropic ? "verify" : "draft";
  config.thinking_tokens = {12, 0};
  return config;
}

}  // namespace

StrictModel::StrictModel(sim::Provider provider)
    : config_(config_of(provider)), mind_(config_, {}, std::nullopt) {}

tl::expected<std::string, std::string> StrictModel::answer(std::string_view body,
                                                           sim::Reply reply) {
  sim::ReadOptions options;
  options.strict = config_.strict;
  options.rules = sim::messages_rules_of(config_.provider);
  options.cache = sim::messages_cache_of(config_.provider);
  options.version = "2023-06-01";
  options.signature_seed = config_.seed;
  const auto request = sim::read_request(body, index_, options);
  if (!request) return tl::unexpected(request.error().message);
  const auto composed = sim::compose(std::move(reply), *request, config_, mind_, 0);
  return sim::write_transcript(composed, *request, {}, config_, {}).whole;
}

}  // namespace rlm::test
