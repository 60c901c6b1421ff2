// run.h - what the operations of the differential tester are written with.
//
// A script is a list of steps, each one operation on one thread. A lane is a
// group of threads that takes its steps one after the other, so that each
// result is determined; lanes run at the same time and share nothing. A step
// that may block is asynchronous: its lane goes on, and a later step lets it
// end. Whether it blocked first must not matter to any result.
#ifndef OPEN_CO_TEST_FUZZ_RUN_H
#define OPEN_CO_TEST_FUZZ_RUN_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
  NumSlots = 24,
  MaxThreads = 3,
  MaxLanes = 8,
  MaxArgs = 8,
  Sentinel = 4711,      // errno before each call.
  BufferSize = 1 << 20, // Of each thread.
};

/// What a slot's descriptor is, where guards and data depend on it.
enum {
  KindNone,
  KindPipe,
  KindStream,
  KindMessages,
  KindEvent,
  KindShared, // A file that others may have open.
  KindOther,
};

typedef struct ThreadState {
  volatile int Caught[65];   // How often each signal's handler ran here.
  sigjmp_buf *volatile Jump; // Where the next handler goes instead.
  pthread_t Handle;
  char *Buffer; // Ends where a page without access begins.
} ThreadState;

typedef struct Op Op;
typedef struct Step {
  const Op *Do;
  int Thread;
  int Async;   // The lane goes on meanwhile.
  int MayWait; // For something that will come: not left out.
  char Ends;   // How it does not return: see readStep. 0: it does.
  int NumArgs;
  volatile int Done;
  pthread_t Handle; // Of the thread to be cancelled, once it is there.
  int Started, Cancelled;
  long A[MaxArgs];
} Step;

typedef struct Lane {
  int Index, NumSteps;
  Step *Steps;
  pthread_mutex_t Lock;
  pthread_cond_t Changed;
  int Turn; // The step that may begin.
  ThreadState Threads[MaxThreads];
  int Fd[NumSlots], Kind[NumSlots];
  FILE *Stream[NumSlots]; // Of the slot's descriptor, if it has one.
} Lane;

/// A step that runs.
typedef struct Run {
  Lane *L;
  Step *S;
  int Index; // Of the step in its lane.
  size_t Len;
  char Text[4000];
} Run;

/// \p Args names the kinds of the arguments; generate.py chooses values for
/// them. An operation that starts with '-' in Args is used by scenes only.
struct Op {
  const char *Name, *Args;
  void (*Call)(Run *, const long *);
  long
      Apart; // Runs on a thread of its own: what it calls makes that exclusive.
};

#define OC_FUZZ_OP(Name, Args, Apart)                                          \
  static void op_##Name(Run *R, const long *A);                                \
  __attribute__((used, section("fuzz_ops"))) static const Op Op_##Name = {     \
      #Name, Args, op_##Name, Apart};                                          \
  static void op_##Name(__attribute__((unused)) Run *R,                        \
                        __attribute__((unused)) const long *A)
#define OP(Name, Args) OC_FUZZ_OP(Name, Args, 0)
#define OP_APART(Name, Args) OC_FUZZ_OP(Name, Args, 1)

typedef struct Counter {
  const char *Name;
  unsigned long Count;
} Counter;
#define COUNT(NameText)                                                        \
  (__extension__({                                                             \
    __attribute__((used, section("fuzz_counters"))) static Counter C_ = {      \
        NameText, 0};                                                          \
    __atomic_fetch_add(&C_.Count, 1, __ATOMIC_RELAXED);                        \
  }))

/// Makes a call of the table: counts it by its row, and sets errno first.
#define CALL_AS(NameText, Expr) (COUNT(NameText), errno = Sentinel, (Expr))
#define CALL(Name, ...) CALL_AS(#Name, Name(__VA_ARGS__))
/// The same for one that returns nothing; says errno if that has changed.
#define CALL_VOID(Name, ...)                                                   \
  (CALL_AS(#Name, (Name(__VA_ARGS__), 0)), sayErrno(R, #Name))

// -- Saying what happened -----------------------------------------------------

__attribute__((format(printf, 2, 3))) void say(Run *R, const char *Format, ...);
/// The name of an error number.
const char *errorName(int Error);
/// What a call returned that says -1 and errno; call it right after that.
/// Returns \p Result.
long result(Run *R, const char *Name, long Result);
/// errno, if a call has changed it.
void sayErrno(Run *R, const char *Name);
/// The same for one that returns an error number.
int status(Run *R, const char *Name, int Error);
/// Also says \p Len bytes at \p P.
void sayBytes(Run *R, const void *P, size_t Len);
#define RESULT(Name, ...) result(R, #Name, (long)CALL(Name, __VA_ARGS__))
#define STATUS(Name, ...) status(R, #Name, (int)CALL(Name, __VA_ARGS__))

// -- Descriptors --------------------------------------------------------------

/// The descriptor in a slot; -1 if none is.
int fdIn(Run *R, long Slot);
int kindIn(Run *R, long Slot);
/// Puts a new descriptor into a slot, closing what was there. Says its number
/// if only one lane runs.
void put(Run *R, long Slot, int Fd, int Kind);
/// Says the error of a call that makes a descriptor, or puts it into a slot.
void made(Run *R, const char *Name, long Slot, long Fd, int Kind);
/// Closes what is in a slot.
void endSlot(Run *R, long Slot);
/// The name of one of the files that scripts open, as kinds.py numbers them,
/// and its kind. Makes a FIFO.
const char *namedFile(Run *R, long File, char *Room, size_t Size, int *Kind);
/// Whether only one lane runs, so that numbers are determined.
int alone(void);

/// Whether a call that waits for \p Events on \p Fd must be left out, since
/// nothing would end it. Asks the kernel behind the runtime's back. Says so.
int blocks(Run *R, int Fd, short Events);
/// The same for writing \p N bytes.
int blocksWriting(Run *R, int Fd, int Kind, long N);
/// The same for calls that do not look at O_NONBLOCK.
int isNotReady(Run *R, int Fd, short Events);
int isNonBlocking(int Fd);
/// Bytes that wait to be read.
int available(int Fd);
int isReady(int Fd, short Events);
int hasTimeout(int Fd, int Option);
/// Says whether a SIGPIPE came since the thread's handler had run that often.
void sayPipe(Run *R, int Before);

// -- Memory -------------------------------------------------------------------

enum { Good, Null, Unmapped, ReadOnly, HalfMapped, NumPointers };
/// An address for \p N bytes of one of these kinds.
char *address(Run *R, long Pointer, size_t N);
/// Bytes that differ from step to step; for an eventfd a small number.
void fill(Run *R, long Pointer, char *P, size_t N, int Kind);
/// Before a call that reads, and what it read.
void blank(long Pointer, char *P, size_t N);
void got(Run *R, long Pointer, const char *P, long Result, size_t N);

// -- Time and the kernel ------------------------------------------------------

long long timeNs(clockid_t Clock);
long long nowNs(void); // CLOCK_MONOTONIC
struct timespec inMs(clockid_t Clock, long Ms);
/// Says if less than \p Ms have passed since \p Start.
void notBefore(Run *R, long long Start, long Ms);
/// A system call that the plugin does not see.
long raw(long Number, long A, long B, long C, long D, long E);
/// The running thread of the script.
ThreadState *me(void);
/// Calls a function in whose frame there is an object of C++, with a
/// destructor.
void withObject(void (*Call)(void *), void (*Destroy)(void *), void *Argument);
/// A fresh name under the script's directory, which is removed at the end.
const char *pathFor(Run *R, char *Room, size_t Size, const char *Name);

#ifdef __cplusplus
}
#endif
#endif
