#include "lab/sandbox.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace rlm::lab {
namespace {

using End = SandboxRun::End;

class SandboxTest : public testing::Test {
 protected:
  void SetUp() override {
    const SandboxRun hello = sandbox.run_python("print('hello')");
    if (hello.end == End::NotStarted) GTEST_SKIP() << hello.output;
    ASSERT_EQ(hello.output, "hello\n");
    ASSERT_EQ(hello.code, 0);
  }
  static SandboxLimits limits() {
    SandboxLimits limits;
    limits.cpu_seconds = 1;
    limits.wall = Milliseconds(20'000);
    return limits;
  }
  const Sandbox sandbox{limits()};
};

TEST_F(SandboxTest, ReportsTheExitStatusAndTheTraceback) {
  const SandboxRun run = sandbox.run_python("raise SystemExit(3)");
  EXPECT_EQ(run.end, End::Exited);
  EXPECT_EQ(run.code, 3);
  EXPECT_NE(sandbox.run_python("1/0").output.find("ZeroDivisionError"), std::string::npos);
}

TEST_F(SandboxTest, EndsAnInfiniteLoop) {
  const SandboxRun run = sandbox.run_python("while True: pass");
  EXPECT_EQ(run.end, End::Signalled);
}

TEST_F(SandboxTest, EndsASleeperAtTheWallClock) {
  SandboxLimits short_limits = limits();
  short_limits.wall = Milliseconds(300);
  EXPECT_EQ(Sandbox(short_limits).run_python("import time; time.sleep(60)").end, End::TimedOut);
}

TEST_F(SandboxTest, EndsAProgramThatClosedItsOutput) {
  SandboxLimits short_limits = limits();
  short_limits.wall = Milliseconds(300);
  const char* program = "import os, time\nos.close(1)\nos.close(2)\ntime.sleep(60)";
  EXPECT_EQ(Sandbox(short_limits).run_python(program).end, End::TimedOut);
}

TEST_F(SandboxTest, RefusesMoreMemoryThanTheLimit) {
  const SandboxRun run = sandbox.run_python("x = bytearray(2 << 30)");
  EXPECT_EQ(run.end, End::Exited);
  EXPECT_NE(run.output.find("MemoryError"), std::string::npos);
}

TEST_F(SandboxTest, StartsNoProcess) {
  const SandboxRun bomb = sandbox.run_python("import os\nwhile True: os.fork()");
  EXPECT_EQ(bomb.end, End::Exited);
  EXPECT_NE(bomb.code, 0);
  EXPECT_NE(sandbox.run_python("import subprocess; subprocess.run(['true'])").code, 0);
}

TEST_F(SandboxTest, StopsAnOutputFlood) {
  const SandboxRun run = sandbox.run_python("while True: print('x' * 1000)");
  EXPECT_EQ(run.end, End::OutputFlood);
  EXPECT_EQ(run.output.size(), SandboxLimits().output_bytes);
}

TEST_F(SandboxTest, WritesNoLargeFile) {
  const SandboxRun run = sandbox.run_python("open('f', 'wb').write(b'x' * (2 << 20))");
  EXPECT_FALSE(run.end == End::Exited && run.code == 0);
}

TEST_F(SandboxTest, ShowsNoEnvironmentOfOurs) {
  setenv("RLM_TEST_SECRET", "sesame", 1);
  const SandboxRun own = sandbox.run_python("import os; print(sorted(os.environ))");
  EXPECT_EQ(own.output, "['HOME', 'LANG', 'PATH', 'TMPDIR']\n");
  const std::string parents =
      "print(open('/proc/" + std::to_string(getpid()) + "/environ').read())";
  const SandboxRun stolen = sandbox.run_python(parents);
  EXPECT_NE(stolen.code, 0);
  EXPECT_EQ(stolen.output.find("sesame"), std::string::npos);
  unsetenv("RLM_TEST_SECRET");
}

TEST_F(SandboxTest, HasAnEmptyDirectoryThatGoesAway) {
  const SandboxRun run = sandbox.run_python(
      "import os\nassert os.listdir('.') == []\nopen('kept', 'w').write('x')\nprint(os.getcwd(), "
      "end='')");
  ASSERT_EQ(run.code, 0) << run.output;
  EXPECT_FALSE(std::filesystem::exists(run.output));
}

TEST_F(SandboxTest, WritesNowhereElse) {
  if (!sandbox.isolation().file_writes) GTEST_SKIP() << sandbox.isolation().text();
  std::string shared = (std::filesystem::temp_directory_path() / "rlm-shared-XXXXXX").string();
  ASSERT_NE(mkdtemp(shared.data()), nullptr);
  std::filesystem::permissions(shared, std::filesystem::perms::all);
  EXPECT_NE(sandbox.run_python("open('" + shared + "/f', 'w')").code, 0);
  EXPECT_TRUE(std::filesystem::is_empty(shared));
  std::filesystem::remove(shared);
}

TEST_F(SandboxTest, ReachesNoNetwork) {
  if (!sandbox.isolation().network) GTEST_SKIP() << sandbox.isolation().text();
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(bind(listener, reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(listen(listener, 1), 0);
  ASSERT_EQ(getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size), 0);
  const std::string port = std::to_string(ntohs(address.sin_port));
  EXPECT_NE(
      sandbox.run_python("import socket; socket.create_connection(('127.0.0.1', " + port + "))")
          .code,
      0);
  close(listener);
}

TEST_F(SandboxTest, SignalsNobody) {
  if (!sandbox.isolation().processes) GTEST_SKIP() << sandbox.isolation().text();
  const SandboxRun run =
      sandbox.run_python("import os; os.kill(" + std::to_string(getpid()) + ", 0)");
  EXPECT_NE(run.output.find("PermissionError"), std::string::npos);
}

TEST_F(SandboxTest, LetsAProgramAbortItself) {
  const SandboxRun run = sandbox.run_python("import os; os.abort()");
  EXPECT_EQ(run.end, End::Signalled);
  EXPECT_EQ(run.code, SIGABRT);
}

TEST_F(SandboxTest, RefusesAProgramThatNoArgumentCanHold) {
  EXPECT_EQ(sandbox.run_python(std::string(130'000, '#')).end, End::NotStarted);
}

TEST(Isolation, SaysWhatIsMissing) {
  EXPECT_EQ((Isolation{.network = false, .file_writes = true, .processes = true, .other_user = true}
                 .text()),
            "own user, NOT cut off the network, no processes, writes confined");
}

}  // namespace
}  // namespace rlm::lab
