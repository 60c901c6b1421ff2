// errno.h - where raw results become libc's dialect.
#ifndef OPEN_CO_SYS_ERRNO_H
#define OPEN_CO_SYS_ERRNO_H

namespace oc {

/// Turns a raw result into what libc returns: \p Result if it is 0 or more,
/// else -1 with errno set. A success leaves errno alone. Call it last, after
/// the last suspension; it is out of line since glibc declares the address of
/// errno const and a compiler may keep it across a move to another OS thread.
long toErrno(long Result);

/// errno of the calling OS thread, read afresh.
int getErrno();
void setErrno(int Value);

} // namespace oc

#endif
