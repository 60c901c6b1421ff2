// RUN: %open_co_clangxx -static %s -o %t && %t
// RUN: %open_co_clangxx -static-pie %s -o %t && %t
// Intent: in a static program, too, the runtime throws what the C++ library
// throws for it, though nothing else there needs that part of the library.
#include <exception>
#include <thread>

int main() {
  try {
    std::thread().detach();
  } catch (const std::exception &) {
    return 0;
  }
  return 1;
}
