#include "sim/edit_reply.hpp"

#include <gtest/gtest.h>

namespace rlm::sim {
namespace {

const std::string kLong =
    "The first sentence stays as it is and is long. The second one is wrong. A third follows and "
    "is "
    "long enough too. And here is the last of all sentences.";

std::string with(std::string text, const std::string& part, const std::string& by) {
  return text.replace(text.find(part), part.size(), by);
}

TEST(EditReply, HasABlockForEachRunThatDiffers) {
  EXPECT_EQ(edit_reply(kLong, with(kLong, "second one is wrong", "second is right")),
            "EDIT\n<<<<<<< SEARCH\nThe second one is wrong. \n=======\nThe second is right. \n"
            ">>>>>>> REPLACE\n");
}

TEST(EditReply, CanDeleteAndInsert) {
  const std::string shorter = with(kLong, "The second one is wrong. ", "");
  EXPECT_EQ(edit_reply(kLong, shorter),
            "EDIT\n<<<<<<< SEARCH\nThe second one is wrong. \n=======\n>>>>>>> REPLACE\n");
  EXPECT_EQ(edit_reply(kLong + "\n\n" + kLong, ""), std::nullopt);
  const std::string more =
      " More of the same follows, so that a rewrite would be the longer reply.";
  const auto inserted = edit_reply(shorter + more, kLong + more);
  ASSERT_TRUE(inserted);
  EXPECT_NE(inserted->find("The second one is wrong."), std::string::npos);
}

TEST(EditReply, TakesInWhatMakesAPlaceUnique) {
  const std::string draft = "Same. One line.\nSame. Two line.\n" + kLong;
  const auto reply = edit_reply(draft, with(draft, "Same. Two", "Other. Two"));
  ASSERT_TRUE(reply);
  EXPECT_NE(reply->find("One line.\nSame. "), std::string::npos) << *reply;
}

TEST(EditReply, IsNoneWhereARewriteIsShorterOrNothingDiffers) {
  EXPECT_EQ(edit_reply(kLong, kLong), std::nullopt);
  EXPECT_EQ(edit_reply("Lyon", "Paris"), std::nullopt);
  EXPECT_EQ(edit_reply("", kLong), std::nullopt);
  EXPECT_EQ(edit_reply(kLong + "\n=======\n", kLong), std::nullopt);
}

}  // namespace
}  // namespace rlm::sim
