# Toolchain file: the clang that scripts/install_deps.sh brings. Debian 12's default, 14, knows no
# coroutines with libstdc++; 19 refuses what its RapidJSON and valijson hold.
find_program(CMAKE_CXX_COMPILER NAMES clang++-16 clang++ REQUIRED)
