// pagemap.h - asks proc(5) what memory is behind an address.
#ifndef OPEN_CO_REACTOR_PAGEMAP_H
#define OPEN_CO_REACTOR_PAGEMAP_H

namespace oc {

/// Whether the page of \p Address, which the caller has just read, is this
/// process's alone; false also if that is not known, as without /proc. Any
/// thread.
bool isPrivatePage(const volatile void *Address);

/// In a forked child, which has other memory.
void resetPagemapInChild();

} // namespace oc

#endif
