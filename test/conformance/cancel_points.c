// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: each cancellation point ends a thread that waits in it, and one that
// comes with a request pending, unless its arguments are refused; what it
// waited for serves others afterwards.
#include "check.h"
#include <mqueue.h>
#include <poll.h>
#include <semaphore.h>
#include <sys/epoll.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <threads.h>

static int Empty[2], Full[2], Pair[2], Stuffed[2], Listener, Epoll, Fifo = -1;
static int Locked, Messages;
static mqd_t Queue;
static char Path[64], FifoPath[64];
static sem_t Sem;
static pthread_mutex_t Mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t Cond = PTHREAD_COND_INITIALIZER;
static pthread_t Sleepers[4];
static char Buf[4096];
static struct iovec Part = {Buf, sizeof Buf};
static struct timespec Far, FarMono;
static sigset_t Usr1;
static struct flock WriteLock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
static struct {
  long Type;
  char Text[16];
} Message = {1, "x"};

static void unlock(void *Arg) {
  (void)Arg; // Fails unless this thread holds it.
  CHECK(pthread_mutex_trylock(&Mutex) == EBUSY);
  CHECK(pthread_mutex_unlock(&Mutex) == 0);
}

#define POINT(Name, ...)                                                       \
  static void Name##Point(void) { __VA_ARGS__; }
#define ON_COND(Name, ...)                                                     \
  POINT(Name, pthread_mutex_lock(&Mutex); pthread_cleanup_push(unlock, NULL);  \
        for (;;) __VA_ARGS__; pthread_cleanup_pop(1))

POINT(read, read(Empty[0], Buf, 1))
POINT(readSocket, read(Pair[0], Buf, 1))
POINT(readFifo, read(Fifo, Buf, 1))
POINT(readv, readv(Empty[0], &Part, 1))
POINT(write, (void)!write(Full[1], Buf, 1))
POINT(writev, (void)!writev(Full[1], &Part, 1))
POINT(recv, recv(Pair[0], Buf, 1, 0))
POINT(recvAll, recv(Pair[0], Buf, 2, MSG_WAITALL))
POINT(recvfrom, recvfrom(Pair[0], Buf, 1, 0, NULL, NULL))
POINT(recvmsg, struct msghdr M = {.msg_iov = &Part, .msg_iovlen = 1};
      recvmsg(Pair[0], &M, 0))
POINT(recvmmsg,
      struct mmsghdr M = {.msg_hdr = {.msg_iov = &Part, .msg_iovlen = 1}};
      recvmmsg(Pair[0], &M, 1, 0, NULL))
POINT(send, send(Stuffed[0], Buf, 1, 0))
POINT(sendto, sendto(Stuffed[0], Buf, 1, 0, NULL, 0))
POINT(sendmsg, struct msghdr M = {.msg_iov = &Part, .msg_iovlen = 1};
      sendmsg(Stuffed[0], &M, 0))
POINT(sendmmsg,
      struct mmsghdr M = {.msg_hdr = {.msg_iov = &Part, .msg_iovlen = 1}};
      sendmmsg(Stuffed[0], &M, 1, 0))
POINT(accept, accept(Listener, NULL, NULL))
POINT(accept4, accept4(Listener, NULL, NULL, SOCK_CLOEXEC))
POINT(poll, struct pollfd P = {.fd = Empty[0], .events = POLLIN};
      poll(&P, 1, -1))
POINT(pollNothing, poll(NULL, 0, -1))
POINT(ppoll, struct pollfd P = {.fd = Empty[0], .events = POLLIN};
      ppoll(&P, 1, NULL, &Usr1))
POINT(select, fd_set S; FD_ZERO(&S); FD_SET(Empty[0], &S);
      select(Empty[0] + 1, &S, NULL, NULL, NULL))
POINT(pselect, fd_set S; FD_ZERO(&S); FD_SET(Empty[0], &S);
      pselect(Empty[0] + 1, &S, NULL, NULL, &Far, &Usr1))
POINT(epoll_wait, struct epoll_event E; epoll_wait(Epoll, &E, 1, -1))
POINT(epoll_pwait, struct epoll_event E; epoll_pwait(Epoll, &E, 1, -1, &Usr1))
POINT(nanosleep, nanosleep(&Far, NULL))
POINT(clock_nanosleep,
      clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &FarMono, NULL))
POINT(usleep, usleep(999999999))
POINT(sleep, sleep(100000))
POINT(thrd_sleep, thrd_sleep(&Far, NULL))
ON_COND(cond_wait, pthread_cond_wait(&Cond, &Mutex))
ON_COND(cond_timedwait, pthread_cond_timedwait(&Cond, &Mutex, &Far))
ON_COND(cond_clockwait,
        pthread_cond_clockwait(&Cond, &Mutex, CLOCK_MONOTONIC, &FarMono))
ON_COND(cnd_wait, cnd_wait((cnd_t *)&Cond, (mtx_t *)&Mutex))
POINT(join, pthread_join(Sleepers[0], NULL))
POINT(timedjoin, pthread_timedjoin_np(Sleepers[1], NULL, &Far))
POINT(clockjoin,
      pthread_clockjoin_np(Sleepers[2], NULL, CLOCK_MONOTONIC, &FarMono))
POINT(thrd_join, thrd_join(Sleepers[3], NULL))
POINT(sem_wait, sem_wait(&Sem))
POINT(sem_timedwait, sem_timedwait(&Sem, &Far))
POINT(sem_clockwait, sem_clockwait(&Sem, CLOCK_MONOTONIC, &FarMono))
// In the kernel.
POINT(wait, wait(NULL))
POINT(waitpid, waitpid(-1, NULL, 0))
POINT(wait3, wait3(NULL, 0, NULL))
POINT(wait4, wait4(-1, NULL, 0, NULL))
POINT(waitid, siginfo_t I; waitid(P_ALL, 0, &I, WEXITED))
POINT(pause, pause())
POINT(sigsuspend, sigsuspend(&Usr1))
POINT(sigwait, int S; sigwait(&Usr1, &S))
POINT(sigwaitinfo, sigwaitinfo(&Usr1, NULL))
POINT(sigtimedwait, sigtimedwait(&Usr1, NULL, &Far))
POINT(msgrcv, msgrcv(Messages, &Message, 16, 2, 0))
POINT(mq_receive, mq_receive(Queue, Buf, sizeof Buf, NULL))
POINT(mq_timedreceive, mq_timedreceive(Queue, Buf, sizeof Buf, NULL, &Far))
POINT(open, open(FifoPath, O_RDONLY))
POINT(openat, openat(AT_FDCWD, FifoPath, O_RDONLY))
POINT(fcntl, struct flock L = WriteLock; fcntl(Locked, F_SETLKW, &L))
POINT(lockf, (void)!lockf(Locked, F_LOCK, 1))
POINT(system, (void)!system("exec sleep 1000"))

#define WAITS(Name) {#Name, Name##Point, 1}
// Its child must not be another point's.
#define ALONE(Name) {#Name, Name##Point, 2}
#define QUICK(Name) {#Name, Name##Point, 0}
// These come back at once: only a request that is there ends them.
POINT(testcancel, pthread_testcancel())
POINT(close, close(-1))
POINT(creat, creat(Path, 0600))
POINT(fsync, fsync(Locked))
POINT(fdatasync, fdatasync(Locked))
POINT(msync, msync((char *)&Buf - (size_t)&Buf % 4096, 4096, MS_ASYNC))
POINT(connect, struct sockaddr_in A = {.sin_family = AF_INET};
      connect(Pair[0], (struct sockaddr *)&A, sizeof A))
POINT(mq_send, mq_send(Queue, "x", 1, 0))
POINT(mq_timedsend, mq_timedsend(Queue, "x", 1, 0, &Far))
POINT(msgsnd, msgsnd(Messages, &Message, 16, 0))
POINT(pread, (void)!pread(Locked, Buf, 1, 0))
POINT(pread64, (void)!pread64(Locked, Buf, 1, 0))
POINT(pwrite, (void)!pwrite(Locked, Buf, 1, 0))
POINT(pwrite64, (void)!pwrite64(Locked, Buf, 1, 0))
POINT(preadv, (void)!preadv(Locked, &Part, 1, 0))
POINT(preadv64, (void)!preadv64(Locked, &Part, 1, 0))
POINT(pwritev, (void)!pwritev(Locked, &Part, 1, 0))
POINT(pwritev64, (void)!pwritev64(Locked, &Part, 1, 0))
POINT(preadv2, (void)!preadv2(Locked, &Part, 1, 0, 0))
POINT(recvNow, recv(Empty[0], Buf, 1, MSG_DONTWAIT))
POINT(writeNull, int Fd = Locked; (void)!write(Fd, "x", 1))

static const struct {
  const char *Name;
  void (*Call)(void);
  int Waits;
} Points[] = {
    WAITS(read),
    WAITS(readSocket),
    WAITS(readFifo),
    WAITS(readv),
    WAITS(write),
    WAITS(writev),
    WAITS(recv),
    WAITS(recvAll),
    WAITS(recvfrom),
    WAITS(recvmsg),
    WAITS(recvmmsg),
    WAITS(send),
    WAITS(sendto),
    WAITS(sendmsg),
    WAITS(sendmmsg),
    WAITS(accept),
    WAITS(accept4),
    WAITS(poll),
    WAITS(pollNothing),
    WAITS(ppoll),
    WAITS(select),
    WAITS(pselect),
    WAITS(epoll_wait),
    WAITS(epoll_pwait),
    WAITS(nanosleep),
    WAITS(clock_nanosleep),
    WAITS(usleep),
    WAITS(sleep),
    WAITS(thrd_sleep),
    WAITS(cond_wait),
    WAITS(cond_timedwait),
    WAITS(cond_clockwait),
    WAITS(cnd_wait),
    WAITS(join),
    WAITS(timedjoin),
    WAITS(clockjoin),
    WAITS(thrd_join),
    WAITS(sem_wait),
    WAITS(sem_timedwait),
    WAITS(sem_clockwait),
    WAITS(wait),
    WAITS(waitpid),
    WAITS(wait3),
    WAITS(wait4),
    WAITS(waitid),
    WAITS(pause),
    WAITS(sigsuspend),
    WAITS(sigwait),
    WAITS(sigwaitinfo),
    WAITS(sigtimedwait),
    WAITS(msgrcv),
    WAITS(mq_receive),
    WAITS(mq_timedreceive),
    WAITS(open),
    WAITS(openat),
    WAITS(fcntl),
    WAITS(lockf),
    ALONE(system),
    QUICK(testcancel),
    QUICK(close),
    QUICK(creat),
    QUICK(fsync),
    QUICK(fdatasync),
    QUICK(msync),
    QUICK(connect),
    QUICK(mq_send),
    QUICK(mq_timedsend),
    QUICK(msgsnd),
    QUICK(recvNow),
    QUICK(pread),
    QUICK(pread64),
    QUICK(pwrite),
    QUICK(pwrite64),
    QUICK(preadv),
    QUICK(preadv64),
    QUICK(pwritev),
    QUICK(pwritev64),
    QUICK(preadv2),
    QUICK(writeNull),
};
enum { Count = sizeof Points / sizeof *Points };

static _Atomic int CleanedUp;
static void cleanUp(void *Arg) { CleanedUp += Arg == &CleanedUp; }

static void *comesTo(void *Number) {
  size_t I = (size_t)Number / 2;
  pthread_cleanup_push(cleanUp, &CleanedUp);
  if ((size_t)Number % 2)
    pthread_cancel(pthread_self());
  Points[I].Call();
  pthread_cleanup_pop(0);
  return (void *)Points[I].Name;
}

static void *sleepOn(void *Arg) {
  char C;
  CHECK(read(Empty[0], &C, 1) == 0);
  return Arg;
}

static void fill(int Fd) {
  CHECK(fcntl(Fd, F_SETFL, O_NONBLOCK) == 0);
  while (write(Fd, Buf, sizeof Buf) > 0 || write(Fd, Buf, 1) > 0)
    ;
  CHECK(errno == EAGAIN && fcntl(Fd, F_SETFL, 0) == 0);
}

/// A child that holds the file's lock until it is killed.
static pid_t holdLock(void) {
  int Held[2];
  char C;
  CHECK(pipe(Held) == 0);
  pid_t Pid = fork();
  if (Pid == 0) {
    struct flock L = WriteLock;
    if (fcntl(Locked, F_SETLKW, &L) != 0 || write(Held[1], "x", 1) != 1)
      _exit(1);
    for (;;)
      pause();
  }
  CHECK(read(Held[0], &C, 1) == 1);
  CHECK(close(Held[0]) == 0 && close(Held[1]) == 0);
  return Pid;
}

static void setUp(void) {
  struct sockaddr_in A;
  CHECK(pipe(Empty) == 0 && pipe(Full) == 0);
  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, Pair) == 0);
  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, Stuffed) == 0);
  fill(Full[1]);
  fill(Stuffed[0]);
  Listener = listenTcp(&A);
  Epoll = epoll_create1(0);
  struct epoll_event E = {.events = EPOLLIN};
  CHECK(Epoll >= 0 && epoll_ctl(Epoll, EPOLL_CTL_ADD, Empty[0], &E) == 0);
  snprintf(Path, sizeof Path, "/tmp/open-co-cancel-%d", (int)getpid());
  snprintf(FifoPath, sizeof FifoPath, "%s.fifo", Path);
  CHECK((Locked = open(Path, O_RDWR | O_CREAT | O_TRUNC, 0600)) >= 0);
  CHECK(mkfifo(FifoPath, 0600) == 0);
  CHECK((Messages = msgget(IPC_PRIVATE, 0600)) >= 0);
  char Name[64];
  struct mq_attr Attr = {.mq_maxmsg = 10, .mq_msgsize = sizeof Buf};
  snprintf(Name, sizeof Name, "/open-co-cancel-%d", (int)getpid());
  Queue = mq_open(Name, O_RDWR | O_CREAT, 0600, &Attr);
  CHECK(Queue != (mqd_t)-1 && mq_unlink(Name) == 0);
  CHECK(sem_init(&Sem, 0, 0) == 0);
  Far = afterMs(CLOCK_REALTIME, 100000000);
  FarMono = afterMs(CLOCK_MONOTONIC, 100000000);
  sigemptyset(&Usr1);
  sigaddset(&Usr1, SIGUSR1);
  CHECK(pthread_sigmask(SIG_BLOCK, &Usr1, NULL) == 0);
}

/// Nobody is left in a queue of what the cancelled threads waited for.
static void works(void) {
  char C = 0;
  CHECK(write(Pair[1], "p", 1) == 1 && recv(Pair[0], &C, 1, 0) == 1 &&
        C == 'p');
  CHECK(sem_post(&Sem) == 0 && sem_wait(&Sem) == 0 && sem_trywait(&Sem) == -1);
  CHECK(pthread_mutex_lock(&Mutex) == 0);
  struct timespec Soon = afterMs(CLOCK_REALTIME, 1);
  CHECK(pthread_cond_timedwait(&Cond, &Mutex, &Soon) == ETIMEDOUT);
  CHECK(pthread_mutex_unlock(&Mutex) == 0);
  CHECK(pthread_cond_broadcast(&Cond) == 0);
}

/// All at once, while they wait.
static void whileTheyWait(int Group) {
  pthread_t T[Count];
  for (size_t I = 0; I < Count; ++I)
    if (Points[I].Waits == Group)
      T[I] = start(comesTo, (void *)(2 * I));
  sleepMs(50); // If one does not wait yet, its request is there when it does.
  for (size_t I = Count; I-- > 0;)
    if (Points[I].Waits == Group)
      CHECK(pthread_cancel(T[I]) == 0);
  for (size_t I = 0; I < Count; ++I)
    if (Points[I].Waits == Group && join(T[I]) != PTHREAD_CANCELED) {
      fprintf(stderr, "%s: not cancelled in its wait\n", Points[I].Name);
      _exit(1);
    }
}

static void everyPoint(void) {
  pid_t Holder = holdLock();
  for (int I = 0; I < 4; ++I)
    Sleepers[I] = start(sleepOn, NULL);
  // In one thread after the other, with a request that is there.
  for (size_t I = 0; I < Count; ++I) {
    CleanedUp = 0;
    pthread_t T = start(comesTo, (void *)(2 * I + 1));
    if (join(T) != PTHREAD_CANCELED || CleanedUp != 1) {
      fprintf(stderr, "%s: not cancelled\n", Points[I].Name);
      _exit(1);
    }
  }
  works();
  whileTheyWait(1);
  whileTheyWait(2);
  works();
  for (int I = 0; I < 4; ++I) {
    CHECK(pthread_cancel(Sleepers[I]) == 0);
    CHECK(join(Sleepers[I]) == PTHREAD_CANCELED);
  }
  CHECK(kill(Holder, SIGKILL) == 0);
  CHECK(waitpid(Holder, NULL, 0) == Holder);
}

/// What is refused for its arguments is no cancellation point.
static void *isRefused(void *Arg) {
  struct timespec Bad = {0, -1};
  pthread_mutex_t Checks = PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP;
  CHECK(pthread_cancel(pthread_self()) == 0);
  CHECK(pthread_cond_wait(&Cond, &Checks) == EPERM); // It is not the owner.
  CHECK(pthread_cond_timedwait(&Cond, &Checks, &Far) == EPERM);
  CHECK(pthread_mutex_lock(&Checks) == 0);
  CHECK(pthread_cond_timedwait(&Cond, &Checks, &Bad) == EINVAL);
  CHECK(pthread_cond_clockwait(&Cond, &Checks, CLOCK_BOOTTIME, &Far) == EINVAL);
  CHECK(pthread_mutex_unlock(&Checks) == 0);
  CHECK_ERRNO(sem_timedwait(&Sem, &Bad), EINVAL);
  CHECK_ERRNO(sem_clockwait(&Sem, CLOCK_MONOTONIC, &Bad), EINVAL);
  CHECK_ERRNO(sem_clockwait(&Sem, CLOCK_BOOTTIME, &FarMono), EINVAL);
  pthread_testcancel();
  return Arg;
}

int main(void) {
  setUp();
  Fifo = open(FifoPath, O_RDWR);
  CHECK(Fifo >= 0 && unlink(FifoPath) == 0 && mkfifo(FifoPath, 0600) == 0);
  everyPoint();
  inThread(everyPoint);
  CHECK(join(start(isRefused, NULL)) == PTHREAD_CANCELED);
  CHECK(unlink(FifoPath) == 0 && unlink(Path) == 0);
  CHECK(msgctl(Messages, IPC_RMID, NULL) == 0);
  return 0;
}
