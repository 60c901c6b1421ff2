// pagemap.cpp - reads /proc/self/pagemap (Documentation/admin-guide/mm/
// pagemap.rst in Linux): 64 bits for each page.
#include "reactor/pagemap.h"
#include "reactor/poller.h"

#include <fcntl.h>

namespace oc {
namespace {

constexpr uint64_t Present = uint64_t{1} << 63;
constexpr uint64_t OfFileOrShared = uint64_t{1} << 61;
constexpr int NotOpen = -1, Refused = -2;

Lock Guard;
std::atomic<int> Pagemap{NotOpen};

int openPagemap() {
  std::lock_guard Held(Guard);
  int Fd = Pagemap.load(std::memory_order_relaxed);
  if (Fd != NotOpen)
    return Fd;
  long Opened = sys::call(SYS_openat, AT_FDCWD, sys::word("/proc/self/pagemap"),
                          O_RDONLY | O_CLOEXEC);
  Fd = Opened < 0 ? Refused : keepOwn(static_cast<int>(Opened));
  Pagemap.store(Fd, std::memory_order_release);
  return Fd;
}

} // namespace

bool isPrivatePage(const volatile void *Address) {
  int Fd = Pagemap.load(std::memory_order_acquire);
  if (Fd == NotOpen)
    Fd = openPagemap();
  if (Fd == Refused)
    return false;
  constexpr uintptr_t PageSize = 4096; // Of huge ones it tells the parts.
  uint64_t Page = 0;
  auto At = reinterpret_cast<uintptr_t>(Address) / PageSize * sizeof(Page);
  long N = sys::call(SYS_pread64, Fd, sys::word(&Page), sizeof(Page),
                     static_cast<long>(At));
  return N == sizeof(Page) && (Page & (Present | OfFileOrShared)) == Present;
}

void resetPagemapInChild() {
  Guard.reset();
  int Fd = Pagemap.exchange(NotOpen);
  if (Fd >= 0)
    closeOwn(Fd);
}

} // namespace oc
