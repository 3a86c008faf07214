#include "sim/local_client.hpp"

namespace rlm::sim {

std::string messages_body(std::string_view messages, std::string_view more) {
  return R"({"model":"sim-verify","max_tokens":400,"messages":[)" + std::string(messages) + "]" +
         std::string(more) + "}";
}

std::string user_blocks(std::string_view blocks, std::string_view more) {
  return messages_body(R"({"role":"user","content":[)" + std::string(blocks) + "]}", more);
}

Got post(const SimulatedModel& model, std::string body, std::string target) {
  Ask request;
  request.target = std::move(target);
  request.body = std::move(body);
  request.headers = Headers{{"content-type", "application/json"}};
  return ask(model, request);
}

}  // namespace rlm::sim
