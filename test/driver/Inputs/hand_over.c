// Threads that hand values over by every means there is.
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define CHECK(X)                                                               \
  ((X) ? (void)0                                                               \
       : (__builtin_printf("%d: %s, errno %d\n", __LINE__, #X, errno),         \
          abort()))
enum { Threads = 8, Rounds = 20 };

static pthread_mutex_t Mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t Recursive = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static pthread_cond_t Condition = PTHREAD_COND_INITIALIZER;
static pthread_rwlock_t ReadWrite = PTHREAD_RWLOCK_INITIALIZER;
static pthread_spinlock_t Spin;
static pthread_barrier_t Barrier;
static pthread_once_t Once = PTHREAD_ONCE_INIT;
static pthread_key_t Key;
static sem_t Semaphore;

static int ByMutex, ByRecursive, ByReadWrite, BySpin, ByOnce, Turn;
static int ByBarrier[Threads];
static __thread int Own[16];
static FILE *Stream;

static void initialise(void) { ByOnce = 1; }

static void destroy(void *Value) {
  CHECK(*(int *)Value == 1);
  free(Value);
}

static void *locks(void *Argument) {
  int Me = *(int *)Argument;
  int *Value = malloc(sizeof *Value);
  *Value = 1;
  pthread_setspecific(Key, Value);
  for (int I = 0; I < Rounds; ++I) {
    pthread_mutex_lock(&Mutex);
    ++ByMutex;
    pthread_mutex_unlock(&Mutex);
    pthread_mutex_lock(&Recursive);
    pthread_mutex_lock(&Recursive);
    ++ByRecursive;
    pthread_mutex_unlock(&Recursive);
    pthread_mutex_unlock(&Recursive);
    if (I % 4 == 0) {
      pthread_rwlock_wrlock(&ReadWrite);
      ++ByReadWrite;
    } else {
      pthread_rwlock_rdlock(&ReadWrite);
      CHECK(ByReadWrite >= 0);
    }
    pthread_rwlock_unlock(&ReadWrite);
    pthread_spin_lock(&Spin);
    ++BySpin;
    pthread_spin_unlock(&Spin);
    if (pthread_mutex_trylock(&Mutex) == 0) {
      ++ByMutex;
      pthread_mutex_unlock(&Mutex);
    }
    pthread_once(&Once, initialise);
    CHECK(ByOnce == 1);
    ByBarrier[Me] = I;
    pthread_barrier_wait(&Barrier);
    CHECK(ByBarrier[(Me + 1) % Threads] == I);
    pthread_barrier_wait(&Barrier);
    ++Own[Me];
    errno = Me;
    sched_yield();
    CHECK(errno == Me);
    CHECK(strstr(strerror(4711 + Me), "error 47"));
    CHECK(fprintf(Stream, "%d\n", Me) > 0);
  }
  CHECK(Own[Me] == Rounds);
  for (int I = 0; I < Rounds; ++I) {
    pthread_mutex_lock(&Mutex);
    while (Turn % Threads != Me)
      pthread_cond_wait(&Condition, &Mutex);
    ++Turn;
    pthread_cond_broadcast(&Condition);
    pthread_mutex_unlock(&Mutex);
  }
  int *Result = malloc(sizeof *Result);
  *Result = Me;
  if (Me % 2)
    pthread_exit(Result);
  return Result;
}

/// Descriptors over which one thread gives another a pointer.
static int Pipe[2], Pair[2], Event, Listener;
static int *ByEvent, BySemaphore;

static int *make(int Value) {
  int *P = malloc(sizeof *P);
  *P = Value;
  return P;
}
static void use(int *P, int Value) {
  CHECK(*P == Value);
  free(P);
}

static void *give(void *Unused) {
  for (int I = 0; I < Rounds; ++I) {
    int *P = make(I);
    CHECK(write(Pipe[1], &P, sizeof P) == sizeof P);
    P = make(I);
    struct iovec Halves[] = {{&P, 4}, {(char *)&P + 4, 4}};
    CHECK(writev(Pipe[1], Halves, 2) == sizeof P);
    P = make(I);
    CHECK(send(Pair[1], &P, sizeof P, 0) == sizeof P);
    P = make(I);
    struct msghdr M = {.msg_iov = Halves, .msg_iovlen = 2};
    CHECK(sendmsg(Pair[1], &M, 0) == sizeof P);
    struct timespec Short = {0, 1000};
    nanosleep(&Short, 0);
    BySemaphore = I;
    sem_post(&Semaphore);
    int *Answer;
    CHECK(read(Pair[1], &Answer, sizeof Answer) == sizeof Answer);
    use(Answer, I);
  }
  ByEvent = make(7);
  CHECK(eventfd_write(Event, 1) == 0);
  int Client = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in A;
  socklen_t Size = sizeof A;
  CHECK(getsockname(Listener, (struct sockaddr *)&A, &Size) == 0);
  CHECK(connect(Client, (struct sockaddr *)&A, sizeof A) == 0);
  CHECK(write(Client, "ab", 2) == 2);
  close(Client);
  return Unused;
}

static void *take(void *Unused) {
  for (int I = 0; I < Rounds; ++I) {
    int *P;
    struct pollfd Poll = {.fd = Pipe[0], .events = POLLIN};
    CHECK(poll(&Poll, 1, -1) == 1 && Poll.revents == POLLIN);
    CHECK(read(Pipe[0], &P, sizeof P) == sizeof P);
    use(P, I);
    struct iovec Halves[] = {{&P, 4}, {(char *)&P + 4, 4}};
    CHECK(readv(Pipe[0], Halves, 2) == sizeof P);
    use(P, I);
    CHECK(recv(Pair[0], &P, sizeof P, MSG_WAITALL) == sizeof P);
    use(P, I);
    struct msghdr M = {.msg_iov = Halves, .msg_iovlen = 2};
    CHECK(recvmsg(Pair[0], &M, 0) == sizeof P);
    use(P, I);
    sem_wait(&Semaphore);
    CHECK(BySemaphore == I);
    P = make(I);
    CHECK(write(Pair[0], &P, sizeof P) == sizeof P);
  }
  eventfd_t Count;
  CHECK(eventfd_read(Event, &Count) == 0 && Count == 1);
  use(ByEvent, 7);
  struct sockaddr_in A;
  socklen_t Size = sizeof A;
  int Peer = accept(Listener, (struct sockaddr *)&A, &Size);
  CHECK(Peer >= 0 && A.sin_family == AF_INET && A.sin_port != 0);
  int Epoll = epoll_create1(0);
  struct epoll_event E = {.events = EPOLLIN, .data.fd = Peer};
  CHECK(epoll_ctl(Epoll, EPOLL_CTL_ADD, Peer, &E) == 0);
  CHECK(epoll_wait(Epoll, &E, 1, -1) == 1 && E.data.fd == Peer);
  char Bytes[3];
  CHECK(recv(Peer, Bytes, 2, MSG_WAITALL) == 2 && Bytes[1] == 'b');
  CHECK(read(Peer, Bytes, 1) == 0);
  close(Epoll);
  close(Peer);
  return Unused;
}

static void *again(void *Unused) {
  char Frame[256];
  memset(Frame, 1, sizeof Frame);
  nanosleep(&(struct timespec){0, 1000}, 0);
  return Frame[255] == 1 ? Unused : &Key;
}

/// What a cancelled thread hands over after libc has left a function that
/// blocks, and natively ThreadSanitizer does not see.
static int ByCleanup;
static atomic_int IsThere, IsCancelled;

static void handOver(void *Unused) {
  (void)Unused;
  ByCleanup = 1;
  atomic_store_explicit(&IsCancelled, 1, memory_order_release);
}

static void *waits(void *Unused) {
  pthread_cleanup_push(handOver, 0);
  atomic_store_explicit(&IsThere, 1, memory_order_relaxed);
  for (;;)
    pause();
  pthread_cleanup_pop(0);
  return Unused;
}

static void await(atomic_int *Count, int Least) {
  while (atomic_load_explicit(Count, memory_order_relaxed) < Least)
    sched_yield();
}

static void cancels(void) {
  pthread_t T;
  CHECK(pthread_create(&T, 0, waits, 0) == 0);
  await(&IsThere, 1);
  CHECK(pthread_cancel(T) == 0);
  while (!atomic_load_explicit(&IsCancelled, memory_order_acquire))
    sched_yield();
  CHECK(ByCleanup == 1);
  pthread_join(T, 0);
}

/// Calls in a handler on a signal stack above the thread's own, which
/// interrupts one that is cancelled later.
static atomic_int Handled;
static char *SignalStack;
enum { SignalStackSize = 1 << 16 };
static sem_t Shared;
static void handle(int Signal) {
  (void)Signal;
  CHECK(write(Event, &(uint64_t){1}, 8) == 8);
  atomic_fetch_add(&Handled, 1);
}

static void *isInterrupted(void *Arg) {
  stack_t S = {.ss_sp = SignalStack, .ss_size = SignalStackSize};
  CHECK(sigaltstack(&S, 0) == 0);
  // LLVM 14's sanitizer loses a signal that comes in a thread's first wait.
  CHECK(sem_post(&Shared) == 0 && sem_wait(&Shared) == 0);
  atomic_store(&IsThere, 2);
  for (;;)
    sem_wait(&Shared); // Blocks in libc.
  return Arg;
}

static void interrupts(void) {
  struct sigaction A = {.sa_handler = handle};
  A.sa_flags = SA_ONSTACK | SA_RESTART;
  CHECK(sigaction(SIGUSR1, &A, 0) == 0);
  CHECK(sem_init(&Shared, 1, 0) == 0);
  pthread_t T;
  CHECK(pthread_create(&T, 0, isInterrupted, 0) == 0);
  await(&IsThere, 2);
  for (int I = 0; I < Rounds; ++I) {
    CHECK(pthread_kill(T, SIGUSR1) == 0);
    await(&Handled, I + 1);
  }
  void *Result;
  CHECK(pthread_cancel(T) == 0 && pthread_join(T, &Result) == 0);
  CHECK(Result == PTHREAD_CANCELED);
}

int main(void) {
  int Numbers[Threads];
  pthread_t T[Threads];
  // Before there are stacks of threads: the kernel, not valgrind, puts those
  // below.
  SignalStack = mmap(0, SignalStackSize, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(SignalStack != MAP_FAILED);
  pthread_spin_init(&Spin, 0);
  CHECK((Stream = tmpfile()));
  pthread_barrier_init(&Barrier, 0, Threads);
  pthread_key_create(&Key, destroy);
  sem_init(&Semaphore, 0, 0);
  CHECK(pipe(Pipe) == 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, Pair) == 0);
  CHECK((Event = eventfd(0, 0)) >= 0);
  Listener = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in A = {.sin_family = AF_INET};
  A.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  CHECK(bind(Listener, (struct sockaddr *)&A, sizeof A) == 0 &&
        listen(Listener, 8) == 0);
  for (int I = 0; I < Threads; ++I) {
    Numbers[I] = I;
    CHECK(pthread_create(&T[I], 0, locks, &Numbers[I]) == 0);
  }
  for (int I = 0; I < Threads; ++I) {
    void *Result;
    CHECK(pthread_join(T[I], &Result) == 0);
    use(Result, I);
  }
  CHECK(ByMutex >= Threads * Rounds && ByRecursive == Threads * Rounds);
  CHECK(fclose(Stream) == 0);
  CHECK(BySpin == Threads * Rounds && Turn == Threads * Rounds);
  CHECK(pthread_create(&T[0], 0, give, 0) == 0 &&
        pthread_create(&T[1], 0, take, 0) == 0);
  pthread_join(T[0], 0);
  pthread_join(T[1], 0);
  // On the stacks of those that have ended.
  pthread_attr_t Detached;
  pthread_attr_init(&Detached);
  for (int I = 0; I < 100; ++I) {
    CHECK(pthread_create(&T[0], &Detached, again, 0) == 0);
    void *Result = &Key;
    CHECK(pthread_join(T[0], &Result) == 0 && !Result);
  }
  cancels();
  interrupts();
  pthread_mutex_destroy(&Mutex);
  return 0;
}
