// What a day in shadow ends with: a configuration that can be pasted and served, or the labels that
// are missing for one.

#include <sstream>

#include "app/report.hpp"
#include "config/load_config.hpp"
#include "tests/support/scene.hpp"
#include "wire/json_cursor.hpp"

namespace rlm::test {
namespace {

class ReportOfAShadow : public testing::Test {
 protected:
  /// Serves so many chats in shadow, every one of them tried; the ledger is closed.
  void serve(int chats, const sim::Reply& verdict) {
    settings.ledger_path = folder.file("ledger.db");
    settings.cascade = "policy = \"shadow\"\n[cascade.shadow]\nshare = 1\n";
    {
      Scene scene(settings);
      for (int i = 0; i < chats; ++i) {
        scene.verify->script(says_much("the answer"));
        scene.verify->script(verdict);
        EXPECT_EQ(scene.post(user_body("say hello " + std::to_string(i))).status, 200);
        scene.proxy->record_number(static_cast<std::size_t>(2 * i + 2));
      }
      settings.verify_url = scene.verify->base_url();
      settings.draft_url = scene.draft->base_url();
    }
    write_file(folder.file("live.toml"), config_text(settings));
    for (const auto& [name, value] : test_environment()) ::setenv(name.c_str(), value.c_str(), 1);
  }
  std::string report() {
    app::ReportOptions options;
    options.config_file = folder.file("live.toml");
    options.json_file = folder.file("out.json");
    options.html_file = folder.file("out.html");
    options.csv_file = folder.file("out.csv");
    testing::internal::CaptureStdout();
    EXPECT_EQ(app::report_command(options), 0);
    return testing::internal::GetCapturedStdout();
  }
  std::string recommended() const {
    wire::JsonIndex index;
    const std::string json = read_file(folder.file("out.json"));
    const auto root = index.parse(json);
    EXPECT_TRUE(root.has_value()) << json;
    return root ? root->member("recommended_toml").string() : "";
  }
  /// The live configuration with these cascades instead of its own.
  Result<config::Config> with_cascades(const std::string& toml) {
    const std::string text = config_text(settings);
    return config::parse_config(text.substr(0, text.find("[[cascade]]")) + toml, "pasted.toml",
                                [](std::string_view name) -> std::optional<std::string> {
                                  return test_environment().at(std::string(name));
                                });
  }

  TempFolder folder;
  Settings settings;
};

/// The sum of the third column: a day may begin in one minute and end in the next.
int exchanges_in(const std::string& csv) {
  std::istringstream lines(csv);
  std::string line;
  std::getline(lines, line);  // the names
  int sum = 0;
  while (std::getline(lines, line)) {
    const auto second = line.find(',', line.find(',') + 1);
    if (line.empty()) break;  // behind it the classes
    sum += std::stoi(line.substr(second + 1));
  }
  return sum;
}

TEST_F(ReportOfAShadow, RecommendsWhatServeAccepts) {
  serve(190, says("USE_DRAFT"));
  const std::string text = report();
  const std::string toml = recommended();
  EXPECT_NE(toml.find("policy = \"balanced\""), std::string::npos) << text;
  EXPECT_NE(toml.find("chat = \"trusted\""), std::string::npos) << text;
  EXPECT_NE(toml.find("ask = \"probation\""), std::string::npos) << text;
  EXPECT_NE(text.find(toml), std::string::npos);
  const auto pasted = with_cascades(toml);
  ASSERT_TRUE(pasted.has_value()) << pasted.error().message << '\n' << toml;
  ASSERT_EQ(pasted->table.cascades.size(), 1u);
  EXPECT_FALSE(pasted->table.cascades[0].shadow.serves_all);
  EXPECT_EQ(pasted->table.cascades[0].match, std::vector<std::string>{"claude-*"});

  const std::string page = read_file(folder.file("out.html"));
  for (const char* part :
       {"<svg", "Verdicts", "Bound on each class", "max_savings", "[cascade.trust]"})
    EXPECT_NE(page.find(part), std::string::npos) << part;
  for (const char* other : {"http:", "https:", "src=", "<script"})
    EXPECT_EQ(page.find(other), std::string::npos) << other;
  EXPECT_EQ(exchanges_in(read_file(folder.file("out.csv"))), 190);
}

TEST_F(ReportOfAShadow, SaysHowManyLabelsAreMissingInsteadOfGuessing) {
  serve(10, says("USE_DRAFT"));
  const std::string text = report();
  EXPECT_EQ(recommended(), "");
  EXPECT_NE(text.find("Too few labels to recommend a configuration."), std::string::npos) << text;
  EXPECT_NE(text.find("165 more"), std::string::npos) << text;
}

TEST_F(ReportOfAShadow, DoesNotTrustWhatTheVerifyModelWouldHaveRewritten) {
  serve(30, says_much("its own words instead"));
  const std::string text = report();
  EXPECT_EQ(recommended().find("\"trusted\""), std::string::npos) << text;
  EXPECT_NE(text.find("worse than allowed"), std::string::npos) << text;
}

}  // namespace
}  // namespace rlm::test
