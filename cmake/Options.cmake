# Build options and the compile flags that every target of ours gets.
option(RLM_BUILD_TESTS "Build the test programs" ON)
option(RLM_BUILD_FUZZERS "Build the libFuzzer programs (needs clang)" OFF)
option(RLM_BUILD_BENCH "Build the micro-benchmarks" OFF)
set(RLM_SANITIZE "" CACHE STRING "Sanitizers for every target, e.g. address,undefined")
option(RLM_COVERAGE "Instrument for gcov" OFF)
set(RLM_PROFILE "" CACHE STRING "g++ only: generate (write a profile when run) or use (compile by it); see scripts/build_profiled.sh")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE OFF)

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
endif()

add_library(rlm_flags INTERFACE)
target_compile_options(rlm_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 reports false positives in these when coroutines and std::string are inlined.
  target_compile_options(rlm_flags INTERFACE -Wno-maybe-uninitialized -Wno-restrict -Wno-stringop-overflow -Wno-stringop-overread
    -Wno-array-bounds -Wno-mismatched-new-delete -Wno-dangling-pointer)
endif()
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  # libstdc++'s std::stable_sort calls what it calls deprecated itself.
  target_compile_options(rlm_flags INTERFACE -Wno-deprecated-declarations)
endif()
target_include_directories(rlm_flags INTERFACE "${CMAKE_SOURCE_DIR}/src" "${CMAKE_SOURCE_DIR}")
if(RLM_SANITIZE)
  target_compile_options(rlm_flags INTERFACE -fsanitize=${RLM_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(rlm_flags INTERFACE -fsanitize=${RLM_SANITIZE})
  target_compile_definitions(rlm_flags INTERFACE RLM_SANITIZED)
  if(RLM_SANITIZE STREQUAL "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # ThreadSanitizer does not model Asio's fences; g++ says so with a warning of its own.
    target_compile_options(rlm_flags INTERFACE -Wno-tsan)
  endif()
  if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    # clang 14: "Cannot represent a difference across sections" with coroutines (llvm issue 49689).
    target_compile_options(rlm_flags INTERFACE -fno-sanitize=function)
    # Headers of libraries that are known to do what only clang's pointer-overflow check minds.
    target_compile_options(rlm_flags INTERFACE "-fsanitize-ignorelist=${CMAKE_CURRENT_LIST_DIR}/sanitize_ignore.txt")
  endif()
endif()
if(RLM_PROFILE STREQUAL "generate")
  target_compile_options(rlm_flags INTERFACE -fprofile-generate=${CMAKE_BINARY_DIR}/profile -fprofile-update=atomic)
  target_link_options(rlm_flags INTERFACE -fprofile-generate)
elseif(RLM_PROFILE STREQUAL "use")
  # What the training did not reach is compiled as ever, not for size.
  target_compile_options(rlm_flags INTERFACE -fprofile-use=${CMAKE_BINARY_DIR}/profile -fprofile-partial-training
    -Wno-missing-profile -Wno-coverage-mismatch)
endif()
if(RLM_COVERAGE)
  target_compile_options(rlm_flags INTERFACE --coverage)
  target_link_options(rlm_flags INTERFACE --coverage)
endif()
