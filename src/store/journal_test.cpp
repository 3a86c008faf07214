#include "store/journal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <deque>
#include <filesystem>
#include <fstream>
#include <random>
#include <thread>

#include "store/test_records.hpp"
#include "tests/support/temp_folder.hpp"

namespace rlm::store {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::size_t kPage = 4096;

std::vector<std::string> frames_of(Journal& journal, std::size_t limit = 1'000'000) {
  std::vector<std::string> frames;
  journal.drain(limit, [&](std::string_view frame) { frames.emplace_back(frame); });
  return frames;
}

struct JournalFile : testing::Test {
  test::TempFolder dir;
  std::string path = dir.file("j");

  std::unique_ptr<Journal> open(std::size_t bytes = kPage) {
    auto journal = Journal::open(path, bytes);
    EXPECT_TRUE(journal.has_value()) << journal.error().message;
    return journal ? std::move(*journal) : nullptr;
  }
  std::string error_of_open() {
    const auto journal = Journal::open(path, kPage);
    EXPECT_FALSE(journal.has_value());
    return journal ? "" : journal.error().message;
  }
  void overwrite(std::streamoff at, std::string_view bytes) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(at);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }
};

TEST_F(JournalFile, GivesFramesBackInOrderUntilTheyAreReleased) {
  {
    auto journal = open();
    EXPECT_TRUE(journal->append("one"));
    EXPECT_TRUE(journal->append("two"));
    EXPECT_FALSE(journal->drained());
    EXPECT_THAT(frames_of(*journal), ElementsAre("one", "two"));
    EXPECT_THAT(frames_of(*journal), ElementsAre()) << "visited once";
    EXPECT_TRUE(journal->drained());
  }
  {
    auto journal = open();
    EXPECT_THAT(frames_of(*journal, 1), ElementsAre("one")) << "never released, so still there";
    journal->release();
  }
  auto journal = open();
  EXPECT_THAT(frames_of(*journal), ElementsAre("two"));
  journal->release();
  journal.reset();
  EXPECT_THAT(frames_of(*open()), ElementsAre());
}

TEST_F(JournalFile, IsFullAtItsSizeAndTakesFramesAgainAfterRelease) {
  auto journal = open();
  const std::string frame(kPage / 4 - 8, 'x');  // with its head, four fit exactly
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(journal->append(frame)) << i;
  EXPECT_FALSE(journal->append("y"));
  EXPECT_EQ(frames_of(*journal).size(), 4u);
  EXPECT_FALSE(journal->append("y")) << "visited is not released";
  journal->release();
  EXPECT_TRUE(journal->append("y"));
  EXPECT_THAT(frames_of(*journal), ElementsAre("y"));
}

TEST_F(JournalFile, RefusesEmptyFramesAndThoseOfMoreThanHalfTheRing) {
  auto journal = open();
  EXPECT_FALSE(journal->append(""));
  EXPECT_TRUE(journal->append(std::string(kPage / 2 - 8, 'x')));
  EXPECT_FALSE(journal->append(std::string(kPage / 2 - 7, 'x')));
}

TEST_F(JournalFile, KeepsEveryFrameWhileWrappingAround) {
  auto journal = open(16 * kPage);
  std::mt19937 random(11);
  std::deque<std::string> expected;
  for (int round = 0; round < 5'000; ++round) {
    std::string frame(1 + random() % 3'000, static_cast<char>('a' + round % 26));
    if (journal->append(frame)) expected.push_back(std::move(frame));
    if (random() % 3 != 0) continue;
    for (const auto& found : frames_of(*journal, random() % 20)) {
      ASSERT_EQ(found, expected.front());
      expected.pop_front();
    }
    journal->release();
    if (random() % 50 == 0) {
      journal.reset();
      journal = open(16 * kPage);
    }
  }
  EXPECT_EQ(frames_of(*journal).size(), expected.size());
  EXPECT_EQ(journal->torn_bytes(), 0u);
}

TEST_F(JournalFile, StartsOverAtTheFrontWhenEverythingIsStored) {
  auto journal = open(256 * kPage);
  const std::string frame(1'000, 'x');
  for (int round = 0; round < 3'000; ++round) {
    ASSERT_TRUE(journal->append(frame));
    ASSERT_THAT(frames_of(*journal), ElementsAre(frame));
    journal->release();
  }
  const std::string front(270'000, 'f'), larger(400'000, 'l');
  journal.reset();
  journal = open(256 * kPage);
  ASSERT_TRUE(journal->append(front));
  frames_of(*journal);
  journal->release();
  EXPECT_TRUE(journal->append(larger)) << "what does not fit in front goes on behind";
  EXPECT_THAT(frames_of(*journal), ElementsAre(larger));
}

TEST_F(JournalFile, OneThreadWritesWhileAnotherReads) {
  auto journal = open(4 * kPage);
  constexpr int kFrames = 20'000;
  std::thread producer([&] {
    for (int i = 0; i < kFrames;)
      if (journal->append("frame " + std::to_string(i)))
        ++i;
      else
        std::this_thread::yield();
  });
  int next = 0;
  bool in_order = true;
  while (next < kFrames) {
    journal->drain(100, [&](std::string_view frame) {
      in_order = in_order && frame == "frame " + std::to_string(next++);
    });
    journal->release();
  }
  producer.join();
  EXPECT_TRUE(in_order);
}

TEST_F(JournalFile, AKilledProcessLeavesEveryFrameItAppended) {
  constexpr int kFrames = 500;
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    auto journal = Journal::open(path, 128 * kPage);
    for (int i = 0; journal && i < kFrames; ++i) (*journal)->append(encode_record(full_record(i)));
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
  const auto frames = frames_of(*open(128 * kPage));
  ASSERT_EQ(frames.size(), static_cast<std::size_t>(kFrames));
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const auto record = decode_record(frames[i]);
    ASSERT_TRUE(record.has_value());
    expect_same(*record, full_record(static_cast<int>(i)));
  }
}

TEST_F(JournalFile, ATornFrameAndWhatFollowsIsDroppedAndCounted) {
  {
    auto journal = open();
    journal->append("whole");
    journal->append("torn");
    journal->append("behind it");
  }
  overwrite(static_cast<std::streamoff>(kPage) + 16 + 8, "T");
  auto journal = open();
  EXPECT_THAT(frames_of(*journal), ElementsAre("whole"));
  EXPECT_EQ(journal->torn_bytes(), 16u + 24u);
  journal->release();
  EXPECT_TRUE(journal->append("new"));
  EXPECT_THAT(frames_of(*journal), ElementsAre("new"));
}

TEST_F(JournalFile, AnAbsurdLengthIsATornFrame) {
  for (const std::uint32_t length : {0u, 5'000u, 0x7fffffffu, 0xffffffffu}) {
    std::filesystem::remove(path);
    open()->append("frame");
    overwrite(static_cast<std::streamoff>(kPage),
              {reinterpret_cast<const char*>(&length), sizeof length});
    EXPECT_THAT(frames_of(*open()), ElementsAre()) << length;
  }
}

TEST_F(JournalFile, AFileCutShortGivesWhatIsLeft) {
  {
    auto journal = open(4 * kPage);
    journal->append("kept");
    journal->append(std::string(kPage, 'x'));
    journal->append("lost");
  }
  std::filesystem::resize_file(path, kPage + 100);
  auto journal = open(4 * kPage);
  EXPECT_THAT(frames_of(*journal), ElementsAre("kept"));
  EXPECT_GT(journal->torn_bytes(), kPage);
}

TEST_F(JournalFile, AnotherSizeAppliesOnceEverythingIsReleased) {
  open(2 * kPage)->append("old");
  {
    auto journal = open(8 * kPage);
    EXPECT_EQ(journal->size(), 2 * kPage);
    EXPECT_THAT(frames_of(*journal), ElementsAre("old"));
    journal->release();
  }
  auto journal = open(8 * kPage);
  EXPECT_EQ(journal->size(), 8 * kPage);
  EXPECT_THAT(frames_of(*journal), ElementsAre());
}

TEST_F(JournalFile, AnUnfinishedFileIsBegunAnew) {
  std::ofstream(path, std::ios::binary) << std::string(kPage + 5, '\0');
  EXPECT_TRUE(open()->append("works"));
}

TEST_F(JournalFile, RefusesAFileThatIsNoJournalAndLeavesItAlone) {
  const std::string text = "Dear diary, this is not a ring. " + std::string(9'000, 'x');
  std::ofstream(path) << text;
  EXPECT_THAT(error_of_open(), HasSubstr("not a journal of this program"));
  std::ifstream file(path);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), text);
  std::ofstream(path, std::ios::trunc) << "short";
  EXPECT_THAT(error_of_open(), HasSubstr("not a journal of this program"));
}

TEST_F(JournalFile, RefusesANewerVersionAndADamagedHead) {
  open()->append("frame");
  overwrite(8, std::string_view("\x02\0\0\0", 4));
  EXPECT_THAT(error_of_open(), HasSubstr("another version"));
  overwrite(8, std::string_view("\x01\0\0\0", 4));
  overwrite(64, std::string_view("\xff\xff\xff\xff", 4));  // written
  EXPECT_THAT(error_of_open(), HasSubstr("its head is damaged"));
}

TEST_F(JournalFile, IsUsedByOneAtATime) {
  auto journal = open();
  EXPECT_THAT(error_of_open(), HasSubstr("in use by another process"));
  journal.reset();
  EXPECT_NE(open(), nullptr);
}

TEST_F(JournalFile, RefusesSizesThatAreNoPagesAndPlacesThatDoNotExist) {
  EXPECT_FALSE(Journal::open(path, 0).has_value());
  EXPECT_FALSE(Journal::open(path, kPage + 1).has_value());
  EXPECT_FALSE(Journal::open_in_memory(100).has_value());
  EXPECT_FALSE(Journal::open(dir.file("none/j"), kPage).has_value());
}

TEST(JournalInMemory, WorksWithoutAFile) {
  auto journal = Journal::open_in_memory(kPage);
  ASSERT_TRUE(journal.has_value());
  EXPECT_TRUE((*journal)->append("frame"));
  EXPECT_THAT(frames_of(**journal), ElementsAre("frame"));
}

}  // namespace
}  // namespace rlm::store
