// endings.c - the threads that calls are made on, and how calls end that do not
// return.
#include "script.h"

#include <sys/mman.h>

static __thread ThreadState *Self;

ThreadState *me(void) { return Self; }

void onSignal(int Signal) {
  if (!Self)
    return;
  __atomic_fetch_add(&Self->Caught[Signal], 1, __ATOMIC_SEQ_CST);
  sigjmp_buf *To = Self->Jump;
  Self->Jump = NULL;
  if (To)
    siglongjmp(*To, 1);
}

void prepareThread(ThreadState *T) {
  Self = T;
  T->Handle = pthread_self();
  char *P = mmap(NULL, BufferSize + 4096, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (P == MAP_FAILED || mprotect(P + BufferSize, 4096, PROT_NONE) != 0)
    fail("no memory");
  T->Buffer = P;
}

static void call(Run *R) { R->S->Do->Call(R, R->S->A); }

typedef struct {
  Run *R;
  ThreadState State;
  char Order[8]; // In which handlers ran at the thread's end.
} Apart;

static pthread_key_t EndKey;

static void note(Apart *P, char C) { P->Order[strlen(P->Order)] = C; }
static void noteOuter(void *P) { note(P, 'o'); }
static void noteObject(void *P) { note(P, 'c'); }
static void noteInner(void *P) { note(P, 'i'); }
static void noteKey(void *P) { note(P, 'k'); }

static void callWithHandler(void *P) {
  pthread_cleanup_push(noteInner, P);
  call(((Apart *)P)->R);
  pthread_cleanup_pop(0);
}

/// What is to run at its end: C's handlers, around an object of C++ between
/// them, and a key's destructor.
static void callToBeCancelled(Apart *P) {
  int IsDisabled = P->R->S->Ends == 'd';
  pthread_setspecific(EndKey, P);
  pthread_cleanup_push(noteOuter, P);
  if (IsDisabled)
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
  if (P->R->S->Ends == 'p')
    pthread_cancel(pthread_self());
  withObject(callWithHandler, noteObject, P);
  if (IsDisabled)
    pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL);
  pthread_testcancel();
  pthread_cleanup_pop(0);
}

static void *runApart(void *Arg) {
  Apart *P = Arg;
  prepareThread(&P->State);
  if (P->R->S->Ends)
    callToBeCancelled(P);
  else
    call(P->R);
  return P;
}

/// Lets the step that cancels it have the thread, which must be there then.
static void offer(Lane *L, Step *S, pthread_t T) {
  pthread_mutex_lock(&L->Lock);
  S->Handle = T;
  S->Started = 1;
  pthread_cond_broadcast(&L->Changed);
  while (!S->Cancelled)
    pthread_cond_wait(&L->Changed, &L->Lock);
  pthread_mutex_unlock(&L->Lock);
}

static void callApart(Run *R) {
  Apart P = {.R = R};
  pthread_t T;
  void *Result;
  if (pthread_create(&T, NULL, runApart, &P) != 0)
    fail("no thread");
  if (R->S->Ends == 'c' || R->S->Ends == 'd')
    offer(R->L, R->S, T);
  pthread_join(T, &Result);
  munmap(P.State.Buffer, BufferSize + 4096);
  if (R->S->Ends != 'd' && Result == PTHREAD_CANCELED)
    R->Len = 0; // How far it got is not determined.
  if (R->S->Ends)
    say(R, " %s %s", Result == PTHREAD_CANCELED ? "cancelled" : "returned",
        P.Order);
}

/// Ends the thread of an asynchronous step that is marked for that.
OP(cancel, "-thread") {
  Lane *L = R->L;
  Step *S = NULL;
  for (int I = 0; I < R->Index; ++I)
    if (L->Steps[I].Thread == A[0] &&
        (L->Steps[I].Ends == 'c' || L->Steps[I].Ends == 'd'))
      S = &L->Steps[I];
  pthread_mutex_lock(&L->Lock);
  while (S && !S->Started)
    pthread_cond_wait(&L->Changed, &L->Lock);
  if (S && !S->Cancelled)
    STATUS(pthread_cancel, S->Handle);
  if (S)
    S->Cancelled = 1;
  pthread_cond_broadcast(&L->Changed);
  pthread_mutex_unlock(&L->Lock);
}

/// The mask must be what it was.
static void callToBeLeft(Run *R) {
  sigjmp_buf Back;
  sigset_t Before, After;
  pthread_sigmask(SIG_SETMASK, NULL, &Before);
  COUNT("__sigsetjmp");
  COUNT("siglongjmp");
  if (sigsetjmp(Back, 1) == 0) {
    Self->Jump = &Back;
    call(R);
    Self->Jump = NULL;
    say(R, " returned");
  } else {
    R->Len = 0;
    say(R, " left");
    // libc's own for the time of the call was left behind.
    pthread_setcanceltype(PTHREAD_CANCEL_DEFERRED, NULL);
  }
  pthread_sigmask(SIG_SETMASK, NULL, &After);
  for (int I = 1; I < 65; ++I)
    if (sigismember(&Before, I) != sigismember(&After, I))
      say(R, " blocks-%d=%d", I, sigismember(&After, I));
}

void prepareApart(void) { pthread_key_create(&EndKey, noteKey); }

void makeCall(Run *R) {
  if (R->S->Ends == 'j')
    callToBeLeft(R);
  else if (R->S->Ends || R->S->Do->Apart)
    callApart(R);
  else
    call(R);
}
