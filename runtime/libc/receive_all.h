// receive_all.h - receives that wait for more than the first byte of a stream:
// with MSG_WAITALL, or where the program has set SO_RCVLOWAT.
#ifndef OPEN_CO_LIBC_RECEIVE_ALL_H
#define OPEN_CO_LIBC_RECEIVE_ALL_H

#include <cstddef>
#include <sys/socket.h>

namespace oc {

/// The program has set SO_RCVLOWAT of some socket; until then nobody asks.
void lowWaterIsUsed();

/// How many bytes a receive with \p Flags on \p Fd waits for, if it asks for as
/// many: SIZE_MAX with MSG_WAITALL, else SO_RCVLOWAT; 1 where it takes what
/// there is, as on what is no stream, or does not wait.
size_t leastToReceive(int Fd, int Flags);

/// recvmsg for such a receive: until there are \p Least bytes or the buffers
/// are full, the stream ends, descriptors came along, or a signal or an error
/// comes. With MSG_PEEK nothing is taken, so that each try starts anew. Fills
/// in
/// \p M, which is ours.
long receiveAll(int Fd, msghdr &M, int Flags, size_t Least);

/// The same without flags, as readv(2) does it.
long receiveParts(int Fd, const iovec *Parts, size_t Count, size_t Least);

} // namespace oc

#endif
