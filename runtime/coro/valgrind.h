// valgrind.h - tells valgrind which memory is a coroutine's stack, else it
// takes a switch for a huge frame. Its client requests (<valgrind/valgrind.h>)
// are instructions without effect that it knows.
#ifndef OPEN_CO_CORO_VALGRIND_H
#define OPEN_CO_CORO_VALGRIND_H

#include <cstdint>

namespace oc::valgrind {

/// \returns 0 elsewhere.
inline uint64_t request(uint64_t Request, uint64_t A = 0, uint64_t B = 0) {
  const uint64_t Args[6] = {Request, A, B};
  uint64_t Result = 0;
  asm volatile("rolq $3, %%rdi; rolq $13, %%rdi\n\t"
               "rolq $61, %%rdi; rolq $51, %%rdi\n\t"
               "xchgq %%rbx, %%rbx"
               : "+d"(Result)
               : "a"(Args)
               : "cc", "memory");
  return Result;
}

/// Whether the process is simulated.
inline bool isRunning() { return request(0x1001) != 0; }

/// \returns what forgetStack() wants.
inline uint64_t knowStack(const void *Low, const void *High) {
  return request(0x1501, reinterpret_cast<uint64_t>(Low),
                 reinterpret_cast<uint64_t>(High));
}
inline void forgetStack(uint64_t Id) { request(0x1502, Id); }

} // namespace oc::valgrind

#endif
