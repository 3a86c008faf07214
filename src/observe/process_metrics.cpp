#include "observe/process_metrics.hpp"

#include <dirent.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

#include "observe/metric_family.hpp"

namespace rlm::observe {
namespace {

using prometheus::MetricType;

std::string file_text(const char* path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// The fields of /proc/self/stat behind the name, which itself may hold blanks: [0] is field 3.
std::vector<double> stat_fields() {
  const std::string text = file_text("/proc/self/stat");
  const auto behind_name = text.rfind(')');
  std::vector<double> fields;
  if (behind_name == std::string::npos) return fields;
  std::istringstream in(text.substr(behind_name + 1));
  for (std::string word; in >> word;) fields.push_back(std::strtod(word.c_str(), nullptr));
  return fields;
}

double boot_time_seconds() {
  std::ifstream file("/proc/stat");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("btime ")) return std::strtod(line.c_str() + 6, nullptr);
  return 0;
}

double open_descriptors() {
  DIR* directory = ::opendir("/proc/self/fd");
  if (directory == nullptr) return 0;
  double count = -3;  // ".", ".." and the directory's own descriptor
  while (::readdir(directory) != nullptr) ++count;
  ::closedir(directory);
  return count;
}

}  // namespace

void append_process_metrics(std::vector<prometheus::MetricFamily>& families,
                            const std::string& version) {
  auto build = make_family(prometheus::MetricType::Gauge, "rlm_build_info",
                           "Version of this build; always 1.");
  add_series(build, {{"version", version}}, 1);
  families.push_back(std::move(build));
  // Indices are those of proc(5) minus 3.
  constexpr std::size_t kUserTicks = 11, kSystemTicks = 12, kThreads = 17, kStart = 19,
                        kVirtualBytes = 20, kResidentPages = 21;
  const auto fields = stat_fields();
  if (fields.size() > kResidentPages) {
    const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
    const auto page = static_cast<double>(::sysconf(_SC_PAGESIZE));
    // The start never changes, and reading /proc/stat is slow on machines with many processors.
    static const double boot = boot_time_seconds();
    families.push_back(make_family(MetricType::Counter, "process_cpu_seconds_total",
                                   "User and system CPU time of the process in seconds.",
                                   (fields[kUserTicks] + fields[kSystemTicks]) / ticks));
    families.push_back(make_family(MetricType::Gauge, "process_resident_memory_bytes",
                                   "Resident memory size in bytes.",
                                   fields[kResidentPages] * page));
    families.push_back(make_family(MetricType::Gauge, "process_start_time_seconds",
                                   "Start time of the process since the Unix epoch in seconds.",
                                   boot + fields[kStart] / ticks));
    families.push_back(
        make_family(MetricType::Gauge, "process_threads", "Threads.", fields[kThreads]));
    families.push_back(make_family(MetricType::Gauge, "process_virtual_memory_bytes",
                                   "Virtual memory size in bytes.", fields[kVirtualBytes]));
  }
  families.push_back(make_family(MetricType::Gauge, "process_open_fds",
                                 "Number of open file descriptors.", open_descriptors()));
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0)
    families.push_back(make_family(MetricType::Gauge, "process_max_fds",
                                   "Maximum number of open file descriptors.",
                                   static_cast<double>(limit.rlim_cur)));
}

}  // namespace rlm::observe
