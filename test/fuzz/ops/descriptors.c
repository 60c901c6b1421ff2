// descriptors.c - operations that make, copy, change and close descriptors.
#include "../run.h"

#include <dirent.h>
#include <linux/close_range.h>
#include <linux/sockios.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/timerfd.h>

OP(pipe, "new new pipemode via3") {
  int Pair[2] = {-1, -1}, Flags = (int)A[2];
  long Failed = A[3] == 0   ? RESULT(pipe, Pair)
                : A[3] == 1 ? RESULT(pipe2, Pair, Flags)
                            : RESULT(syscall, SYS_pipe2, Pair, Flags);
  int IsOfPackets = A[3] && Flags & O_DIRECT; // Parts of them are lost.
  for (int I = 0; I < 2 && !Failed; ++I)
    put(R, A[I], Pair[I], I == 0 && IsOfPackets ? KindMessages : KindPipe);
}

OP(eventfd, "new size eventmode via2") {
  made(R, "eventfd", A[0],
       A[3] ? CALL(syscall, SYS_eventfd2, (unsigned)A[1], (int)A[2])
            : CALL(eventfd, (unsigned)A[1], (int)A[2]),
       KindEvent);
}

/// Fires once, or never. The number of expirations is then determined.
OP(timerfd, "new ms eventmode") {
  long Fd = CALL(timerfd_create, CLOCK_MONOTONIC, (int)A[2] & ~EFD_SEMAPHORE);
  made(R, "timerfd_create", A[0], Fd, KindOther);
  struct itimerspec T = {.it_value = {A[1] / 1000, A[1] % 1000 * 1000000}};
  if (Fd >= 0 && A[1] > 0)
    timerfd_settime((int)Fd, 0, &T, NULL);
  struct pollfd P = {(int)Fd, POLLIN, 0};
  if (Fd >= 0 && A[1] > 0)
    raw(SYS_poll, (long)&P, 1, -1, 0, 0);
}

OP(signalfd, "new eventmode") {
  sigset_t Set;
  sigemptyset(&Set);
  sigaddset(&Set, SIGRTMIN + 5);
  made(R, "signalfd", A[0],
       CALL(signalfd, -1, &Set, (int)A[1] & ~EFD_SEMAPHORE), KindOther);
}

OP(inotify, "new eventmode via3") {
  int Flags = (int)A[1] & ~EFD_SEMAPHORE;
  made(R, "inotify", A[0],
       A[2] == 0   ? CALL(inotify_init)
       : A[2] == 1 ? CALL(inotify_init1, Flags)
                   : CALL(syscall, SYS_inotify_init1, Flags),
       KindOther);
}

OP(epoll_create, "new via3") {
  made(R, "epoll_create", A[0],
       A[1] == 0   ? CALL(epoll_create, 1)
       : A[1] == 1 ? CALL(epoll_create1, EPOLL_CLOEXEC)
                   : CALL(syscall, SYS_epoll_create1, 0),
       KindOther);
}

const char *namedFile(Run *R, long File, char *Room, size_t Size, int *Kind) {
  static const char *const Files[] = {"/dev/null", "/dev/zero", "/",
                                      "/no/such"};
  *Kind = File == 6 ? KindPipe : File < 4 ? KindShared : KindOther;
  if (File < 4)
    return Files[File];
  char Name[20];
  snprintf(Name, sizeof Name, "file%ld", File);
  pathFor(R, Room, Size, Name);
  if (File == 6)
    mkfifo(Room, 0600);
  return Room;
}

/// A file of the lane's, or one of the system's.
OP(open, "new file openmode via5") {
  char Room[100];
  int Mode = (int)A[2], Kind;
  const char *Path = namedFile(R, A[1], Room, sizeof Room, &Kind);
  if (A[1] == 6) { // A FIFO, with its other end.
    Mode = (Mode & ~O_ACCMODE) | O_RDWR;
    Mode &= ~(O_TRUNC | O_APPEND);
  } else if (A[1] > 3) {
    Mode |= O_CREAT;
  }
  long Fd = -1;
  switch (A[3]) {
  case 0:
    Fd = CALL(open, Path, Mode, 0600);
    break;
  case 1:
    Fd = CALL(open64, Path, Mode, 0600);
    break;
  case 2:
    Fd = CALL(openat, AT_FDCWD, Path, Mode, 0600);
    break;
  case 3:
    Fd = CALL(openat64, AT_FDCWD, Path, Mode, 0600);
    break;
  case 4:
    Fd = CALL(syscall, SYS_openat, AT_FDCWD, Path, Mode, 0600);
    break;
  }
  made(R, "open", A[0], Fd, Kind);
}

OP(creat, "new via2") {
  char Room[100];
  const char *Path = pathFor(R, Room, sizeof Room, "created");
  made(R, "creat", A[0],
       A[1] ? CALL(creat64, Path, 0600) : CALL(creat, Path, 0600), KindOther);
}

OP(close, "fd via3") {
  int Fd = fdIn(R, A[0]);
  if (A[0] >= 0 && R->L->Stream[A[0]])
    return endSlot(R, A[0]);
  if (A[1] == 0)
    RESULT(close, Fd);
  else if (A[1] == 1)
    RESULT(syscall, SYS_close, Fd);
  else if (Fd >= 0) // All of them otherwise.
    RESULT(close_range, (unsigned)Fd, (unsigned)Fd, 0);
  if (A[0] >= 0)
    R->L->Fd[A[0]] = -1;
}

/// Closes what is left in the slots.
OP(clean, "-") {
  for (int I = 0; I < NumSlots; ++I)
    endSlot(R, I);
}

/// Everything from a high number on, which is ours, then nothing.
OP(close_many, "fd via2") {
  int Fd = fdIn(R, A[0]), High = 500 + R->L->Index * 10;
  say(R, " dup2=%s", CALL(dup2, Fd, High) < 0 ? errorName(errno) : "done");
  if (A[1] && alone()) {
    closefrom(High);
    COUNT("closefrom");
  } else {
    RESULT(close_range, (unsigned)High, (unsigned)High + 9, 0);
  }
  RESULT(close, High);
  RESULT(close_range, (unsigned)High + 1, (unsigned)High, 0);
}

OP(dup, "fd new via4") {
  int Fd = fdIn(R, A[0]);
  made(R, "dup", A[1],
       A[2] == 0   ? CALL(dup, Fd)
       : A[2] == 1 ? CALL(fcntl, Fd, F_DUPFD, 0)
       : A[2] == 2 ? CALL(fcntl64, Fd, F_DUPFD_CLOEXEC, 0)
                   : CALL(syscall, SYS_dup, Fd),
       kindIn(R, A[0]));
}

/// Onto another slot's number, which then refers to the same file.
OP(dup2, "fd fd via4") {
  int From = fdIn(R, A[0]), To = fdIn(R, A[1]);
  long New = A[2] == 0   ? CALL(dup2, From, To)
             : A[2] == 1 ? CALL(dup3, From, To, O_CLOEXEC)
             : A[2] == 2 ? CALL(syscall, SYS_dup2, From, To)
                         : CALL(syscall, SYS_dup3, From, To, 0);
  int Error = errno;
  say(R, " %s", New < 0 ? errorName(Error) : New == To ? "done" : "elsewhere");
  if (New >= 0 && Error != Sentinel)
    say(R, " touched-errno=%s", errorName(Error));
  if (New >= 0 && A[1] >= 0 && A[0] >= 0)
    R->L->Kind[A[1]] = R->L->Kind[A[0]];
}

OP(nonblock, "fd on via4") {
  int Fd = fdIn(R, A[0]), On = (int)A[1];
  long Old = CALL(fcntl, Fd, F_GETFL);
  if (Old >= 0 && (Old & O_PATH))
    return;
  int New = On ? (int)Old | O_NONBLOCK : (int)Old & ~O_NONBLOCK;
  if (A[2] == 0)
    RESULT(fcntl, Fd, F_SETFL, New);
  else if (A[2] == 1)
    RESULT(ioctl, Fd, FIONBIO, &On);
  else if (A[2] == 2)
    RESULT(syscall, SYS_fcntl, Fd, F_SETFL, New);
  else
    RESULT(syscall, SYS_ioctl, Fd, FIONBIO, &On);
}

/// What F_GETFL, F_GETFD and /proc say of it.
OP(flags, "fd via2") {
  int Fd = fdIn(R, A[0]);
  if (A[1])
    RESULT(fcntl64, Fd, F_GETFL);
  else
    RESULT(fcntl, Fd, F_GETFL);
  RESULT(fcntl, Fd, F_GETFD);
  char Path[40], Text[400];
  snprintf(Path, sizeof Path, "/proc/self/fdinfo/%d", Fd);
  int Info = open(Path, O_RDONLY | O_CLOEXEC);
  if (Info < 0)
    return;
  ssize_t N = read(Info, Text, sizeof Text - 1);
  CALL(close, Info);
  Text[N > 0 ? N : 0] = 0;
  char *Flags = strstr(Text, "flags:");
  if (Flags)
    say(R, " %.*s", (int)strcspn(Flags, "\n"), Flags);
}

OP(cloexec, "fd on") { RESULT(fcntl, fdIn(R, A[0]), F_SETFD, (int)A[1]); }

/// Bytes of a socket that its peer does not have yet.
static int unsent(int Fd) {
  int N = 0;
  raw(SYS_ioctl, Fd, SIOCOUTQ, (long)&N, 0, 0);
  return N;
}

/// Until all that was written to the second is read from the first, behind the
/// runtime's back: then whoever reads there is inside his call.
OP(await_read, "-fd fd") {
  while (unsent(fdIn(R, A[1])) > 0 || available(fdIn(R, A[0])) > 0)
    CALL(usleep, 100);
}

OP(fionread, "fd ptr") {
  int *P = (int *)address(R, A[1], sizeof(int)), Fd = fdIn(R, A[0]);
  if (A[1] == Good)
    *P = -1;
  RESULT(ioctl, Fd, FIONREAD, P);
  if (A[1] == Good)
    say(R, " %d", *P);
}

OP(closedir, "") {
  DIR *D = opendir("/proc/self/fdinfo");
  RESULT(closedir, D);
}
