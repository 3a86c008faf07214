#include "credential/google_key.hpp"

#include <fstream>

#include "wire/json_cursor.hpp"

namespace rlm::credential {
namespace {

constexpr std::string_view kTokenUri = "https://oauth2.googleapis.com/token";

tl::unexpected<Error> refuse(const std::string& why) {
  return fail(ErrorKind::BadRequest, Source::Self, why);
}

// The fields of one file, and which of them were missed.
struct Fields {
  wire::JsonValue root;
  std::string missing{};

  std::string need(const char* name) {
    std::string value = root.member(name).string();
    if (value.empty()) missing += missing.empty() ? name : std::string(", ") + name;
    return value;
  }
  std::string token_uri() const {
    std::string uri = root.member("token_uri").string();
    return uri.empty() ? std::string(kTokenUri) : uri;
  }
};

Result<GoogleKey> read_service_account(Fields fields) {
  std::string client_email = fields.need("client_email");
  const Secret pem(fields.need("private_key"));
  if (!fields.missing.empty())
    return refuse("the service account's key file lacks " + fields.missing);
  auto key = RsaKey::from_pem(pem.reveal());
  if (!key) return refuse("private_key: " + key.error().message);
  return GoogleServiceAccount{
      std::move(client_email), fields.root.member("private_key_id").string(),
      fields.root.member("project_id").string(), fields.token_uri(), std::move(*key)};
}

Result<GoogleKey> read_user(Fields fields) {
  GoogleUser user;
  user.client_id = fields.need("client_id");
  user.client_secret = Secret(fields.need("client_secret"));
  user.refresh_token = Secret(fields.need("refresh_token"));
  user.quota_project_id = fields.root.member("quota_project_id").string();
  user.token_uri = fields.token_uri();
  if (!fields.missing.empty()) return refuse("the user's credential file lacks " + fields.missing);
  return user;
}

}  // namespace

Result<GoogleKey> read_google_key(std::string_view json) {
  wire::JsonIndex index;
  const auto root = index.parse(json);
  if (!root || !root->is(wire::JsonValue::Type::Object)) return refuse("it is no JSON object");
  const std::string type = root->member("type").string();
  if (type == "service_account") return read_service_account({*root});
  if (type == "authorized_user") return read_user({*root});
  return refuse(
      "its \"type\" is neither service_account nor authorized_user; other kinds, such as workload "
      "identity federation, are not supported");
}

Result<GoogleKey> load_google_key(const std::string& path) {
  constexpr std::size_t kBytesMax = 64 * 1024;
  std::ifstream file(path, std::ios::binary);
  std::string text(kBytesMax + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  const Secret kept(std::move(text));
  const std::string where = "Google credential file \"" + path + "\": ";
  if (kept.empty()) return refuse(where + "it is empty or cannot be read");
  if (kept.reveal().size() > kBytesMax) return refuse(where + "it has more than 65536 bytes");
  auto key = read_google_key(kept.reveal());
  if (!key) return refuse(where + key.error().message);
  return key;
}

}  // namespace rlm::credential
