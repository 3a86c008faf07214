#pragma once
// Clients of every dialect and models at every provider's, with the proxy between them.

#include <stdexcept>
#include <string>
#include <string_view>

#include "tests/support/scene.hpp"

namespace rlm::test {

/// A provider as a test knows it: whom to simulate, and what stands in the configuration.
struct Place {
  const char* name;
  sim::Provider provider;
  const char* path;   // of the base URL
  const char* lines;  // further lines of [models.<name>]
  const char* endpoint;
  const char* prefix = "";  // of the models' ids there

  bool speaks_openai() const {
    const std::string_view kind = endpoint;
    return kind.starts_with("open") || kind.ends_with("openai") || kind.ends_with("responses");
  }
};

inline constexpr Place kPlaces[] = {
    {"Anthropic", sim::Provider::Anthropic, "", "api_key = \"${UPSTREAM_KEY}\"\n", "anthropic"},
    {"OpenAiChat", sim::Provider::OpenAi, "/v1", "api_key = \"${UPSTREAM_KEY}\"\n", "openai"},
    {"OpenAiResponses", sim::Provider::OpenAi, "/v1", "api_key = \"${UPSTREAM_KEY}\"\n",
     "openai-responses"},
    {"DeepSeek", sim::Provider::DeepSeek, "", "api_key = \"${UPSTREAM_KEY}\"\n", "deepseek-openai"},
    {"OpenRouter", sim::Provider::OpenRouter, "/api/v1", "api_key = \"${UPSTREAM_KEY}\"\n",
     "openrouter"},
    {"FoundryChat", sim::Provider::Foundry, "/openai/v1", "api_key = \"${UPSTREAM_KEY}\"\n",
     "foundry-openai"},
    {"FoundryClaude", sim::Provider::Foundry, "/anthropic", "api_key = \"${UPSTREAM_KEY}\"\n",
     "foundry"},
    {"Vertex", sim::Provider::Vertex, "",
     "project = \"p1\"\nlocation = \"global\"\napi_key = \"${UPSTREAM_KEY}\"\n", "vertex"},
    {"BedrockSigned", sim::Provider::Bedrock, "",
     "region = \"us-east-1\"\naccess_key_id = \"AKIDEXAMPLE\"\n"
     "secret_access_key = \"${UPSTREAM_KEY}\"\n",
     "bedrock", "us.anthropic."},
    {"BedrockBearer", sim::Provider::Bedrock, "",
     "region = \"us-east-1\"\napi_key = \"${UPSTREAM_KEY}\"\n", "bedrock", "global.anthropic."},
    {"Mantle", sim::Provider::Mantle, "/anthropic",
     "region = \"us-east-1\"\naccess_key_id = \"AKIDEXAMPLE\"\nprice_per_mille = 1000\n"
     "secret_access_key = \"${UPSTREAM_KEY}\"\n",
     "bedrock-mantle", "anthropic."},
    {"VllmMessages", sim::Provider::Vllm, "", "api_key = \"${UPSTREAM_KEY}\"\nauth = \"bearer\"\n",
     "anthropic-compatible"},
};

inline const Place& place(std::string_view name) {
  for (const Place& one : kPlaces)
    if (one.name == name) return one;
  throw std::runtime_error("no such place");
}

inline sim::SimConfig simulated(const Place& where, sim::Side side) {
  const bool verifies = side == sim::Side::Verify;
  sim::SimConfig config = verifies ? Scene::verify_config() : Scene::draft_config();
  config.provider = where.provider;
  const bool is_signed =
      std::string_view(where.lines).find("access_key_id") != std::string_view::npos;
  config.models = {where.prefix + config.models.front()};
  config.keys = {"upstream-key"};
  if (is_signed) {
    config.keys.clear();
    config.aws.access_key_id = "AKIDEXAMPLE";
    config.aws.secret_access_key = "upstream-key";
  }
  config.aws.region = "us-east-1";
  return config;
}

inline std::string model_lines(std::string_view name, const Place& where,
                               const sim::SimulatedModel& model, std::string_view id) {
  return "[models." + std::string(name) + "]\nendpoint = \"" + where.endpoint + "\"\nmodel = \"" +
         where.prefix + std::string(id) + "\"\nbase_url = \"" + model.base_url() + where.path +
         "\"\nretries = 0\n" + where.lines;
}

/// A configuration of a proxy with these models; a cascade may follow.
inline std::string world_config(const std::string& models) {
  return "[listen]\naddress = \"127.0.0.1:0\"\nthreads = 1\n[log]\nlevel = \"off\"\n"
         "[ledger]\npath = \"\"\njournal_bytes = 1048576\n[limits]\ndrain_ms = 0\n" +
         models;
}

/// One model for drafts and one for verdicts, each at a place, and the proxy before them.
struct World {
  /// `cascade`: further lines of [[cascade]].
  World(const Place& draft_at, const Place& verify_at, const std::string& cascade = "")
      : draft(start_model(simulated(draft_at, sim::Side::Draft))),
        verify(start_model(simulated(verify_at, sim::Side::Verify))),
        proxy(world_config(model_lines("draft", draft_at, *draft, "sim-draft") +
                           model_lines("verify", verify_at, *verify, "sim-verify") +
                           "[[cascade]]\nmatch = [\"claude-*\"]\ndraft = \"draft\"\n"
                           "verify = \"verify\"\npolicy = \"paper\"\n" +
                           cascade)) {}

  /// The ledger's money is the models' own.
  void expect_exact_bill() {
    NanoUsd cost;
    for (const auto& record : proxy.records()) cost += record.cost;
    EXPECT_EQ(cost.value, final_bill(*verify).total.value + final_bill(*draft).total.value);
  }

  std::unique_ptr<sim::SimulatedModel> draft;
  std::unique_ptr<sim::SimulatedModel> verify;
  Proxy proxy;
};

/// The same question in three dialects.
struct Asker {
  const char* name;
  const char* target;
  const char* front;
  const char* back;
  const char* says_tool;  // what a streamed tool call must hold
};

inline constexpr Asker kAskers[] = {
    {"Messages", "/v1/messages",
     R"({"model":"claude-opus-4-8","max_tokens":900,"messages":[{"role":"user","content":"Tell me of )",
     R"("}],"tools":[{"name":"look","input_schema":{"type":"object","properties":{"at":{"type":"string"}}}}])",
     R"("name":"look")"},
    {"Chat", "/v1/chat/completions",
     R"({"model":"claude-opus-4-8","max_tokens":900,"messages":[{"role":"user","content":"Tell me of )",
     R"("}],"tools":[{"type":"function","function":{"name":"look","parameters":{"type":"object","properties":{"at":{"type":"string"}}}}}])",
     R"("name":"look")"},
    {"Responses", "/v1/responses",
     R"({"model":"claude-opus-4-8","max_output_tokens":900,"store":false,"input":[{"role":"user","content":"Tell me of )",
     R"("}],"tools":[{"type":"function","name":"look","strict":false,"parameters":{"type":"object","properties":{"at":{"type":"string"}}}}])",
     R"("name":"look")"},
};

inline Reply ask_as(const Asker& as, std::uint16_t port, std::string_view word, bool stream,
                    std::string_view plan) {
  Ask request;
  request.target = as.target;
  request.body = as.front + std::string(word) + as.back + (stream ? ",\"stream\":true}" : "}");
  request.with("x-rlm-plan", std::string(plan));
  return ask(port, request);
}

}  // namespace rlm::test
