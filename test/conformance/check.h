// check.h - what a conformance test needs: claims about results and errno,
// threads to make calls in, sockets to make them on, and the time. Include it
// first: it asks for the GNU declarations.
#ifndef OPEN_CO_TEST_CHECK_H
#define OPEN_CO_TEST_CHECK_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// -- Claims -----------------------------------------------------------------

__attribute__((noreturn)) static inline void
checkFailed(const char *File, int Line, const char *What) {
  int Error = errno;
  const char *Name = strerrorname_np(Error);
  fprintf(stderr, "%s:%d: check failed: %s (errno %d %s)\n", File, Line, What,
          Error, Name ? Name : "?");
  fflush(NULL);
  _exit(1);
}

/// Ends the program with status 1 unless \p Cond holds.
#define CHECK(Cond) ((Cond) ? (void)0 : checkFailed(__FILE__, __LINE__, #Cond))

/// \p Expr must return -1 and set errno to \p Err.
#define CHECK_ERRNO(Expr, Err)                                                 \
  do {                                                                         \
    errno = 0;                                                                 \
    if ((long)(Expr) != -1 || errno != (Err))                                  \
      checkFailed(__FILE__, __LINE__, #Expr " fails with " #Err);              \
  } while (0)

#ifdef __cplusplus
#define CHECK_AUTO auto
#else
#define CHECK_AUTO __auto_type
#endif

enum { ErrnoSentinel = 4711 };

/// The value of \p Expr, which must leave errno as it was.
#define KEEPS_ERRNO(Expr)                                                      \
  (__extension__({                                                             \
    errno = ErrnoSentinel;                                                     \
    CHECK_AUTO Value_ = (Expr);                                                \
    if (errno != ErrnoSentinel)                                                \
      checkFailed(__FILE__, __LINE__, #Expr " leaves errno alone");            \
    Value_;                                                                    \
  }))

// -- Time -------------------------------------------------------------------

static inline long long nowMs(void) {
  struct timespec T;
  clock_gettime(CLOCK_MONOTONIC, &T);
  return T.tv_sec * 1000LL + T.tv_nsec / 1000000;
}

/// When something began, to be asked whether a time has passed since.
typedef struct {
  struct timespec Time, Ticks;
} Moment;

static inline Moment now(void) {
  Moment M;
  clock_gettime(CLOCK_MONOTONIC, &M.Time);
  clock_gettime(CLOCK_MONOTONIC_COARSE, &M.Ticks);
  return M;
}

/// Whether a socket's timeout of \p Ms may have passed since \p Start. The
/// kernel counts those in ticks, which lag behind on a busy machine and then
/// come at once; the coarse clock lags with them.
static inline int mayTimeOut(Moment Start, long Ms) {
  Moment End = now();
  struct timespec Tick;
  clock_getres(CLOCK_MONOTONIC_COARSE, &Tick);
#define SINCE_(Which)                                                          \
  ((End.Which.tv_sec - Start.Which.tv_sec) * 1000000000LL +                    \
   End.Which.tv_nsec - Start.Which.tv_nsec)
  long long Least = Ms * 1000000LL - Tick.tv_nsec;
  return SINCE_(Time) >= Least || SINCE_(Ticks) >= Least;
#undef SINCE_
}

static inline struct timespec afterMs(clockid_t Clock, long Ms) {
  struct timespec T;
  clock_gettime(Clock, &T);
  T.tv_sec += Ms / 1000;
  T.tv_nsec += Ms % 1000 * 1000000;
  if (T.tv_nsec >= 1000000000) {
    T.tv_nsec -= 1000000000;
    ++T.tv_sec;
  }
  return T;
}

/// Sleeps the whole time whatever signals arrive; leaves errno alone.
static inline void sleepMs(long Ms) {
  int Error = errno;
  struct timespec T = {Ms / 1000, Ms % 1000 * 1000000};
  while (nanosleep(&T, &T) != 0)
    ;
  errno = Error;
}

// -- Threads ----------------------------------------------------------------

typedef void *ThreadFn(void *);

static inline pthread_t start(ThreadFn *Fn, void *Arg) {
  pthread_t T;
  CHECK(pthread_create(&T, NULL, Fn, Arg) == 0);
  return T;
}

static inline void *join(pthread_t T) {
  void *Value = NULL;
  CHECK(pthread_join(T, &Value) == 0);
  return Value;
}

typedef struct {
  void (*Call)(void);
} Body;

static inline void *runBody(void *Arg) {
  ((Body *)Arg)->Call();
  return NULL;
}

static inline void inThread(void (*Call)(void)) {
  Body B = {Call};
  join(start(runBody, &B));
}

static inline void inThreads(int Count, void (*Call)(void)) {
  Body B = {Call};
  pthread_t *Threads = (pthread_t *)malloc(sizeof(pthread_t) * Count);
  for (int I = 0; I < Count; ++I)
    Threads[I] = start(runBody, &B);
  for (int I = 0; I < Count; ++I)
    join(Threads[I]);
  free(Threads);
}

/// Calls \p Call on main before there are threads, in one thread, in several
/// at once, and on main again.
static inline void everywhere(void (*Call)(void)) {
  Call();
  inThread(Call);
  inThreads(4, Call);
  Call();
}

/// How many OS threads the process has.
static inline int osThreads(void) {
  DIR *D = opendir("/proc/self/task");
  int N = 0;
  CHECK(D != NULL);
  for (struct dirent *E; (E = readdir(D)) != NULL;)
    N += E->d_name[0] != '.';
  CHECK(closedir(D) == 0);
  return N;
}

/// Counts events; await returns when there were \p Count of them.
typedef struct {
  pthread_mutex_t Lock;
  pthread_cond_t Changed;
  int Count;
} Gate;
#define GATE_INIT {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0}

static inline void post(Gate *G) {
  pthread_mutex_lock(&G->Lock);
  ++G->Count;
  pthread_cond_broadcast(&G->Changed);
  pthread_mutex_unlock(&G->Lock);
}

static inline void await(Gate *G, int Count) {
  pthread_mutex_lock(&G->Lock);
  while (G->Count < Count)
    pthread_cond_wait(&G->Changed, &G->Lock);
  pthread_mutex_unlock(&G->Lock);
}

/// Returns when the thread \p Id (gettid's) blocks in the kernel. One that has
/// no OS thread gets some time to wait.
static inline void settle(pid_t Id) {
  char Path[64], Line[512], State = 'R';
  snprintf(Path, sizeof Path, "/proc/self/task/%d/stat", (int)Id);
  for (int I = 0; I < 50 || State == 'R'; ++I) {
    sched_yield();
    int Fd = open(Path, O_RDONLY);
    ssize_t N = Fd < 0 ? 0 : read(Fd, Line, sizeof Line - 1);
    Line[N > 0 ? N : 0] = 0;
    State = N > 0 ? strrchr(Line, ')')[2] : 'S';
    CHECK(Fd < 0 || close(Fd) == 0);
  }
}

/// pthread_sigmask(\p How) of one signal.
static inline void maskSignal(int How, int Signal) {
  sigset_t Set;
  sigemptyset(&Set);
  sigaddset(&Set, Signal);
  CHECK(pthread_sigmask(How, &Set, NULL) == 0);
}

static inline int signalIsPending(int Signal) {
  sigset_t Set;
  CHECK(sigpending(&Set) == 0);
  return sigismember(&Set, Signal);
}

// -- Processes --------------------------------------------------------------

/// The wait status of a child that runs \p Call and exits with 0.
static inline int inChild(void (*Call)(void)) {
  fflush(NULL);
  pid_t Pid = fork();
  CHECK(Pid >= 0);
  if (Pid == 0) {
    Call();
    fflush(NULL);
    _exit(0);
  }
  int Status = -1;
  pid_t Got;
  while ((Got = waitpid(Pid, &Status, 0)) == -1 && errno == EINTR)
    ;
  CHECK(Got == Pid);
  return Status;
}

/// In a child that is expected to die: nothing on stderr, no core file.
static inline void dieQuietly(void) {
  int Null = open("/dev/null", O_WRONLY);
  dup2(Null, 2);
  close(Null);
}

// -- Sockets ----------------------------------------------------------------

/// A listening TCP socket on a free port of the loopback interface.
static inline int listenTcp(struct sockaddr_in *Addr) {
  int Fd = socket(AF_INET, SOCK_STREAM, 0);
  CHECK(Fd >= 0);
  memset(Addr, 0, sizeof(*Addr));
  Addr->sin_family = AF_INET;
  Addr->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  CHECK(bind(Fd, (struct sockaddr *)Addr, sizeof(*Addr)) == 0);
  socklen_t Len = sizeof(*Addr);
  CHECK(getsockname(Fd, (struct sockaddr *)Addr, &Len) == 0);
  CHECK(listen(Fd, 128) == 0);
  return Fd;
}

static inline int connectTcp(const struct sockaddr_in *Addr) {
  int Fd = socket(AF_INET, SOCK_STREAM, 0);
  CHECK(Fd >= 0);
  CHECK(connect(Fd, (const struct sockaddr *)Addr, sizeof(*Addr)) == 0);
  return Fd;
}

/// Both ends of a TCP connection.
static inline void tcpPair(int Ends[2]) {
  struct sockaddr_in Addr;
  int Listener = listenTcp(&Addr);
  Ends[0] = connectTcp(&Addr);
  Ends[1] = accept(Listener, NULL, NULL);
  CHECK(Ends[1] >= 0);
  CHECK(close(Listener) == 0);
}

/// A fresh abstract unix address and, through \p Len, its length.
static inline struct sockaddr_un unixAddress(socklen_t *Len) {
  static int Serial;
  struct sockaddr_un Addr;
  memset(&Addr, 0, sizeof(Addr));
  Addr.sun_family = AF_UNIX;
  int N = snprintf(Addr.sun_path + 1, sizeof(Addr.sun_path) - 1,
                   "open-co-test-%d-%d", (int)getpid(),
                   __atomic_fetch_add(&Serial, 1, __ATOMIC_RELAXED));
  *Len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + N);
  return Addr;
}

// -- Bytes ------------------------------------------------------------------

/// Reads until \p Len bytes or end of file; the number read.
static inline size_t readAll(int Fd, void *Buf, size_t Len) {
  size_t Done = 0;
  while (Done < Len) {
    ssize_t N = read(Fd, (char *)Buf + Done, Len - Done);
    CHECK(N >= 0);
    if (N == 0)
      break;
    Done += (size_t)N;
  }
  return Done;
}

/// The byte at \p Offset of a test stream: a pattern with a long period.
static inline unsigned char patternAt(size_t Offset) {
  return (unsigned char)(Offset * 31 + (Offset >> 8) * 7 + (Offset >> 16));
}

static inline unsigned char *pattern(size_t Len) {
  unsigned char *Bytes = (unsigned char *)malloc(Len);
  for (size_t I = 0; I < Len; ++I)
    Bytes[I] = patternAt(I);
  return Bytes;
}

#endif
