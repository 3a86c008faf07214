#include "tests/support/trusted_work.hpp"

namespace rlm::test {

const char* const kTools =
    R"(,"system":"Working directory: /repo\n","tools":[)"
    R"({"name":"Read","input_schema":{"type":"object","properties":{"file_path":{"type":"string"}},"required":["file_path"]}},)"
    R"({"name":"Write","input_schema":{"type":"object","properties":{"file_path":{"type":"string"},"content":{"type":"string"}},"required":["file_path","content"]}}])"
    R"(,"tool_choice":{"type":"any"})";

Settings lenient(const std::string& trust) {
  Settings settings;
  settings.cascade =
      "policy = \"balanced\"\n[cascade.trust]\nbad_rate_max = 0.5\nconfidence = 0.6\n"
      "audit_share = 1.0\nsuspicious_share = 1.0\n" +
      trust;
  return settings;
}

quality::ClassReport class_named(Scene& scene, const std::string& name) {
  for (auto& report : scene.proxy->classes())
    if (report.class_name == name) return report;
  ADD_FAILURE() << "no class " << name;
  return {};
}

Reply work(Scene& scene, const char* tool, const char* draft, const char* verify) {
  scene.draft->script(sim::Reply::of_tool(tool, draft));
  scene.verify->script(sim::Reply::of_tool(tool, verify, kWords));
  return scene.post(user_body("fix the bug in a.c", false, kTools));
}

int work_until_trusted(Scene& scene, const char* tool, const char* draft) {
  for (int asked = 1; asked <= 40; ++asked) {
    work(scene, tool, draft, draft);
    scene.proxy->record_number(static_cast<std::size_t>(2 * asked));
    for (const auto& report : scene.proxy->classes())
      if (report.standing.state == quality::Trust::Trusted) return asked;
  }
  ADD_FAILURE() << "not trusted after 40 good labels";
  return 0;
}

}  // namespace rlm::test
