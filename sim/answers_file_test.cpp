// Files of answers as they are stored.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zstd.h>

#include <filesystem>
#include <fstream>

#include "sim/answers.hpp"

namespace rlm::sim {
namespace {

/// A file that goes with the test.
class TemporaryFile {
 public:
  TemporaryFile(const std::string& name, const std::string& bytes)
      : path_(std::filesystem::temp_directory_path() /
              (std::to_string(::testing::UnitTest::GetInstance()->random_seed()) + "-" +
               std::to_string(reinterpret_cast<std::uintptr_t>(this)) + "-" + name)) {
    std::ofstream(path_, std::ios::binary) << bytes;
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() { std::filesystem::remove(path_); }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

std::string many_rules() {
  std::string lines;
  for (int i = 0; i < 20'000; ++i)
    lines += "{\"equals\":\"question " + std::to_string(i) + "\",\"text\":\"answer " +
             std::to_string(i) + "\"}\n";
  return lines;
}

std::string compressed(const std::string& text) {
  std::string packed(ZSTD_compressBound(text.size()), '\0');
  packed.resize(ZSTD_compress(packed.data(), packed.size(), text.data(), text.size(), 3));
  return packed;
}

TEST(AnswersFile, IsReadPlainAndCompressed) {
  const std::string lines = many_rules();
  const TemporaryFile plain("answers.jsonl", lines);
  const TemporaryFile packed("answers.jsonl.zst", compressed(lines));
  for (const TemporaryFile* file : {&plain, &packed}) {
    const auto answers = Answers::load({file->path()}, Side::Draft);
    ASSERT_TRUE(answers.has_value()) << answers.error().message;
    EXPECT_EQ(answers->size(), 20'000u);
    EXPECT_EQ(answers->find("question 19999")->answer->text(), "answer 19999");
  }
}

TEST(AnswersFile, ThatIsCutOffIsRefused) {
  std::string bytes = compressed(many_rules());
  bytes.resize(bytes.size() / 2);
  const TemporaryFile packed("cut.jsonl.zst", bytes);
  const auto answers = Answers::load({packed.path()}, Side::Draft);
  ASSERT_FALSE(answers.has_value());
  EXPECT_THAT(answers.error().message, testing::HasSubstr("cut.jsonl.zst"));
}

TEST(AnswersFile, ThatIsNotCompressedDespiteItsNameIsRefused) {
  const TemporaryFile wrong("plain.jsonl.zst", "{\"equals\":\"a\",\"text\":\"b\"}\n");
  EXPECT_FALSE(Answers::load({wrong.path()}, Side::Draft).has_value());
}

}  // namespace
}  // namespace rlm::sim
