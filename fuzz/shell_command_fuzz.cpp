// Whatever the text: no crash, no hang, and a deletion that follows it is never taken for reading.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "draft/shell_command.hpp"

using rlm::Risk;
using rlm::draft::risk_of_command;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const Risk risk = risk_of_command(text, "/repo");
  require(risk_of_command(text + "; rm -rf x", "/repo") != Risk::Read);
  require(risk_of_command(text + "\n\nrm -rf x", "/repo") != Risk::Read);
  require(risk_of_command(text + " | sh", "/repo") != Risk::Read);
  // In front of it, too, and within it.
  require(risk_of_command("rm -rf x;" + text, "/repo") == Risk::Destructive);
  const rlm::draft::ShellLine line = rlm::draft::read_shell_line(text);
  if (!line.understood) require(risk >= Risk::Execute);
  if (line.understood && line.commands.size() == 1 && risk == Risk::Read)
    require(risk_of_command("(" + text + "\n)", "/repo") <= Risk::Execute);
  return 0;
}
