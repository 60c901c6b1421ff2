// receive_all.h - MSG_WAITALL: a receive that returns when its buffers are
// full.
#ifndef OPEN_CO_LIBC_RECEIVE_ALL_H
#define OPEN_CO_LIBC_RECEIVE_ALL_H

#include <sys/socket.h>

namespace oc {

/// Whether a receive with \p Flags on \p Fd waits for all that it asks for.
/// Only streams do, and only while they may block.
bool waitsForAll(int Fd, int Flags);

/// recvmsg for such a receive: until the buffers are full, the stream ends,
/// descriptors came along, or a signal or an error comes. With MSG_PEEK nothing
/// is taken, so that each try starts anew. Fills in \p M, which is ours.
long receiveAll(int Fd, msghdr &M, int Flags);

} // namespace oc

#endif
