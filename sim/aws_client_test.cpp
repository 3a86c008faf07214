#include "sim/aws_client.hpp"
#include "base/clock.hpp"
#include "credential/aws_signature.hpp"

namespace rlm::sim {

SimConfig aws(Provider provider) {
  SimConfig config;
  config.provider = provider;
  config.models = {"claude-opus-4-8-v1:0"};
  config.aws.region = "us-east-1";
  config.aws.access_key_id = "AKIDEXAMPLE";
  config.aws.secret_access_key = "secret";
  return config;
}

Got send(const SimulatedModel& model, const Sending& sending) {
  Ask request;
  request.target = sending.target;
  request.headers = sending.headers;
  const std::string host = "127.0.0.1:" + std::to_string(model.port());
  const std::string_view body = sending.body;
  credential::RequestToSign to_sign;
  to_sign.host = host;
  to_sign.target = sending.target;
  to_sign.body = std::span(&body, 1);
  credential::AwsKeys keys;
  keys.access_key_id = sending.key_id;
  keys.secret_access_key = Secret(sending.secret);
  keys.session_token = Secret(sending.session);
  const UnixMs when{system_clock().unix_ms().value - sending.age_ms};
  credential::sign_for_aws(to_sign, keys, {sending.region, sending.service}, when, request.headers);
  request.body = sending.sent_instead.empty() ? sending.body : sending.sent_instead;
  return ask(model, request);
}

}  // namespace rlm::sim
