// user_copy.cpp - one string instruction, whose address the handler compares.
#include "signal/user_copy.h"

extern "C" {
extern const char __oc_user_copy_begin[] __attribute__((visibility("hidden")));
extern const char __oc_user_copy_end[] __attribute__((visibility("hidden")));
}

namespace oc {

// Nothing here calls it, so there is no second copy, which would define the
// labels again.
[[gnu::noinline]] bool copyUser(void *To, const void *From, size_t Bytes) {
  // What is left in the counter was not copied.
  asm volatile("__oc_user_copy_begin:\n\t"
               "rep movsb\n"
               "__oc_user_copy_end:"
               : "+D"(To), "+S"(From), "+c"(Bytes)
               :
               : "memory");
  return Bytes == 0;
}

bool recoverUserCopy(ucontext_t *Context) {
  greg_t &Ip = Context->uc_mcontext.gregs[REG_RIP];
  if (Ip != reinterpret_cast<greg_t>(__oc_user_copy_begin))
    return false;
  Ip = reinterpret_cast<greg_t>(__oc_user_copy_end);
  return true;
}

} // namespace oc
