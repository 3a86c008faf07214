#include "config/read_cloud.hpp"

#include "config/read_models.hpp"
#include "dialect/bedrock_request.hpp"
#include "dialect/vertex_request.hpp"

namespace rlm::config {
namespace {

using Identity = upstream::CloudConfig::Identity;

/// What regional and multi-regional endpoints cost more (Anthropic's price page, 2026-08-22).
constexpr int kRegionalPerMille = 1100;

std::string required(TableReader& in, std::string_view key, const std::string& what) {
  std::string value;
  in.read(key, value);
  if (value.empty()) in.mistake(key, "missing; expected " + what);
  return value;
}

Secret secret(TableReader& in, std::string_view key, const Environment& environment) {
  std::string reference;
  in.read(key, reference);
  if (reference.empty()) return Secret();
  return resolve_secret(reference, environment, in, key).value_or(Secret());
}

// A key file, or the machine's own account.
void read_google(TableReader& in, upstream::CloudConfig& cloud, const Environment& environment) {
  std::string file = environment("GOOGLE_APPLICATION_CREDENTIALS").value_or("");
  in.read("credentials_file", file);
  cloud.identity = Identity::Token;
  if (file.empty() || file == "metadata") {
    std::string url = "http://metadata.google.internal";
    in.read("metadata_url", url);
    cloud.grant = credential::google_metadata_grant(url);
    return;
  }
  auto key = credential::load_google_key(file);
  if (!key) return in.mistake("credentials_file", key.error().message);
  cloud.grant = credential::google_grant(std::move(*key));
}

void read_vertex(TableReader& in, upstream::EndpointConfig& endpoint,
                 const Environment& environment) {
  auto& cloud = endpoint.cloud;
  cloud.project = required(in, "project", "the id of the Google Cloud project");
  cloud.location = "global";
  in.read("location", cloud.location);
  if (cloud.location != "global") endpoint.price_per_mille = kRegionalPerMille;
  endpoint.base_url = dialect::vertex_base_url(cloud.location);
  if (endpoint.api_key.empty()) read_google(in, cloud, environment);
}

// Keys of its own, or the process's; an API key is a bearer and signs nothing.
void read_aws_keys(TableReader& in, upstream::CloudConfig& cloud, const Environment& environment) {
  cloud.identity = Identity::Aws;
  auto& keys = cloud.aws_keys;
  in.read("access_key_id", keys.access_key_id);
  keys.secret_access_key = secret(in, "secret_access_key", environment);
  keys.session_token = secret(in, "session_token", environment);
  if (!keys.access_key_id.empty()) return;
  keys.access_key_id = environment("AWS_ACCESS_KEY_ID").value_or("");
  keys.secret_access_key = Secret(environment("AWS_SECRET_ACCESS_KEY").value_or(""));
  keys.session_token = Secret(environment("AWS_SESSION_TOKEN").value_or(""));
  if (keys.access_key_id.empty() || keys.secret_access_key.empty())
    in.mistake("access_key_id",
               "missing; expected api_key, or access_key_id and secret_access_key, or "
               "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment");
}

void read_aws(TableReader& in, const EndpointKind& kind, upstream::EndpointConfig& endpoint,
              const Environment& environment) {
  auto& cloud = endpoint.cloud;
  const bool legacy = kind.dialect == Dialect::Bedrock;
  const bool platform = kind.name == "aws-anthropic";
  const std::string region = required(in, "region", "a region of AWS, e.g. \"us-east-1\"");
  cloud.aws_scope = {region, legacy ? "bedrock" : std::string(kind.cloud_service)};
  if (legacy)
    endpoint.base_url = dialect::bedrock_base_url(region);
  else if (platform)
    endpoint.base_url = "https://aws-external-anthropic." + region + ".api.aws";
  else
    endpoint.base_url = "https://bedrock-mantle." + region + ".api.aws/anthropic";
  if (platform)
    cloud.workspace_id = required(in, "workspace_id", "the workspace that is billed");
  else if (!endpoint.model.starts_with("global."))
    endpoint.price_per_mille = kRegionalPerMille;
  if (endpoint.api_key.empty()) read_aws_keys(in, cloud, environment);
}

void read_entra(TableReader& in, upstream::EndpointConfig& endpoint,
                const Environment& environment) {
  credential::EntraApplication application;
  in.read("tenant", application.tenant);
  if (application.tenant.empty()) return;
  application.client_id = required(in, "client_id", "the application's id");
  application.client_secret = secret(in, "client_secret", environment);
  if (application.client_secret.empty())
    in.mistake("client_secret", "missing; expected a reference to the application's secret");
  in.read("scope", application.scope);
  in.read("authority", application.authority);
  endpoint.cloud.identity = Identity::Token;
  endpoint.cloud.grant = credential::entra_grant(std::move(application));
}

}  // namespace

void read_cloud(TableReader& in, const EndpointKind& kind, upstream::EndpointConfig& endpoint,
                const Environment& environment) {
  if (kind.cloud == Cloud::None) return;
  endpoint.cloud.tells_own_errors = true;
  if (kind.cloud == Cloud::Google) read_vertex(in, endpoint, environment);
  if (kind.cloud == Cloud::Aws) read_aws(in, kind, endpoint, environment);
  if (kind.cloud == Cloud::Azure && endpoint.api_key.empty()) read_entra(in, endpoint, environment);
  using Auth = upstream::EndpointConfig::Auth;
  if (endpoint.cloud.identity != Identity::Key) endpoint.auth = Auth::None;
}

}  // namespace rlm::config
