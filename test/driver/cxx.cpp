// RUN: %open_co_clangxx -std=c++17 %s -o %t && %t
// RUN: %open_co_clangxx -std=c++17 -O2 -pthread %s -o %t && %t
// RUN: ln -sf %build/bin/open-co-clang++ %t.c++
// RUN: %t.c++ -Werror -std=c++17 %s -o %t && %t
// RUN: ln -sf %build/bin/open-co-clang++ %t.link && mkdir -p %T/path && ln -sf %t.c++ %T/path/my-c++
// RUN: env PATH=%T/path:$PATH my-c++ -Werror -std=c++17 %s -o %t && %t
// RUN: %open_co_clang -c -std=c++17 %s -o %t.o && not %open_co_clang %t.o -o %t 2>/dev/null
// RUN: %open_co_clangxx %t.o -o %t && %t
// Intent: the name ending in ++ links C++; symbolic links to the wrappers work.
#include <stdexcept>
#include <string>

#include <unistd.h>

static void check(const std::string &Text) {
  if (write(1, Text.data(), Text.size()) != -1)
    throw std::runtime_error(Text);
}

int main() {
  try {
    check("thrown\n");
  } catch (const std::exception &) {
    return 0;
  }
  return 1;
}
