#pragma once
// Tools that several tests' requests offer.

namespace rlm::test {

/// The members of a request from /repo that offers the tools Read and Bash.
inline constexpr const char* kReadAndBash =
    R"(,"system":"Working directory: /repo\n","tools":[)"
    R"({"name":"Read","input_schema":{"type":"object","properties":{"file_path":{"type":"string"}},"required":["file_path"]}},)"
    R"({"name":"Bash","input_schema":{"type":"object","properties":{"command":{"type":"string"}},"required":["command"]}}])";

}  // namespace rlm::test
