#pragma once
// Tool calls by which a class of drafts earns trust.

#include "tests/support/scene.hpp"

namespace rlm::test {

/// The members of a request with the tools Read and Write, one of which must be called: drafts are
/// proven, not judged.
extern const char* const kTools;
inline constexpr const char* kRead = R"({"file_path":"/repo/a.c"})";
inline constexpr const char* kOther = R"({"file_path":"/repo/b.c"})";
inline constexpr const char* kWrite = R"({"file_path":"/repo/new.c","content":"int x;"})";
inline const std::string kAskReads = "ask/simple/read/draft/cascade 1";
inline const std::string kAskWrites = "ask/simple/write/draft/cascade 1";
/// What the verify model says beside its calls is dear: a draft saves money even if it is audited.
inline const std::string kWords(4'000, 'w');

/// A few labels are enough for trust, and everything is labelled.
Settings lenient(const std::string& trust = {});

/// Fails the test when there is none.
quality::ClassReport class_named(Scene& scene, const std::string& name);

/// The draft model calls a tool, and so does the verify model, if it is asked.
Reply work(Scene& scene, const char* tool, const char* draft, const char* verify);

/// The same until the class is trusted, in a scene without records; how many exchanges it took.
int work_until_trusted(Scene& scene, const char* tool, const char* draft);

}  // namespace rlm::test
