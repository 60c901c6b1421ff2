// kernel_handler.cpp - the handler that the kernel calls, in front of the
// program's.
#include "signal/kernel_handler.h"
#include "coro/stack.h"
#include "coro/valgrind.h"
#include "signal/actions.h"
#include "signal/handler.h"
#include "signal/kernel_action.h"
#include "signal/own_stack.h"
#include "signal/signals.h"
#include "signal/user_copy.h"
#include "sys/message.h"
#include "sys/sanitizer.h"
#include "thread/cancel.h"
#include "thread/thread_block.h"

#include <ucontext.h>

namespace oc {

siginfo_t RecordedInfo[65];
WantedAction Wanted[65];

namespace {

/// The instruction is over when these come.
constexpr uint64_t FaultsOnce = bitOf(SIGTRAP) | bitOf(SIGSYS);

bool isFault(int Signal) { return bitOf(Signal) & Faults; }

/// Reports a coroutine that ran into the guard of its stack; the process then
/// dies of the fault as it would natively.
void reportOverflow(const void *Address) {
  ThreadBlock *T = currentThread();
  if (!T || !inGuard(T->Memory, Address))
    return;
  say("stack overflow in thread %d%s%s%s (start function %p, %zu KiB of "
      "stack); "
      "raise its stack size or OPEN_CO_STACK_SIZE",
      T->Number, *T->Name ? " '" : "", T->Name, *T->Name ? "'" : "",
      reinterpret_cast<void *>(T->Start), T->StackSize / 1024);
}

/// The program has no handler for this fault, or blocks it: it dies, as
/// natively.
void dieOf(int Signal, const siginfo_t &Info) {
  if (Signal == SIGSEGV && Info.si_code > 0)
    reportOverflow(Info.si_addr);
  if (actionOf(Signal).sa_handler == SIG_IGN && Info.si_code <= 0)
    return;                // Sent, and ignored.
  signal(Signal, SIG_DFL); // The instruction runs, and faults, again.
  // Or it was sent by kill(), or is over with the fault.
  if (Info.si_code <= 0 || (bitOf(Signal) & FaultsOnce))
    sys::tgkill(sys::processId(), sys::threadId(), Signal);
}

/// Whether the kernel would not run a handler: of a fault that the running
/// thread blocks. The worker itself does not block it.
bool isForced(int Signal, const siginfo_t &Info, const ThreadBlock *T) {
  return T && isFault(Signal) && Info.si_code > 0 &&
         (T->SignalMask & bitOf(Signal));
}

} // namespace

/// The signal is blocked, and sent again. More of the kind wait in the kernel,
/// too.
void putOff(Inside &Here, int Signal, siginfo_t &Info, ucontext_t &Context) {
  uint64_t Others = ~Faults;
  sys::signalMask(SIG_BLOCK, &Others, nullptr); // This handler is not nested.
  Here.Recorded = Here.Recorded | bitOf(Signal);
  // Those whose handlers ran on top of this one, too.
  // The kernel's set: what follows it is not libc's.
  *reinterpret_cast<uint64_t *>(&Context.uc_sigmask) |= Here.Recorded;
  if (Here.Notify) { // The monitor's; it passes the signal on.
    RecordedInfo[Signal] = Info;
    return Here.Notify();
  }
  struct sigaction Action = Wanted[Signal].get();
  if (Action.sa_flags & static_cast<int>(SA_RESETHAND))
    install(Signal, Action);
  // To oneself one may send all that siginfo can say.
  if (sys::call(SYS_rt_tgsigqueueinfo, sys::processId(), sys::threadId(),
                Signal, sys::word(&Info)) < 0)
    sys::tgkill(sys::processId(), sys::threadId(), Signal);
}

namespace {

/// Threads that share an OS thread use its signal stack in turn, and handlers
/// write to what the kernel has put on it.
void renewSignalStack() {
  stack_t S{};
  sys::signalStack(nullptr, &S);
  if (S.ss_flags & SS_ONSTACK)
    sanitizer::renewed(S.ss_sp, S.ss_size);
}

/// The mask that a handler sees as the one before it, and may change, is the
/// thread's; a worker has another one in the kernel, which comes back.
class MaskInContext {
public:
  MaskInContext(ThreadBlock &T, void *Context, uint64_t &After)
      : Thread(T), Real(*reinterpret_cast<uint64_t *>(
                       &static_cast<ucontext_t *>(Context)->uc_sigmask)),
        Saved(Real), After(After) {
    if (!T.ByKernel)
      Real = After;
    Shown = Real;
  }
  /// The handler has returned.
  void take() {
    if (Real != Shown)
      After = Real & ~Unblockable;
    if (!Thread.ByKernel)
      Real = Saved;
  }

private:
  ThreadBlock &Thread;
  uint64_t &Real;
  uint64_t Saved, Shown;
  uint64_t &After;
};

/// Back to the mask \p After, or what the handler has made of it.
void endHandler(ThreadBlock &T, MaskInContext &Mask, uint64_t &After) {
  uint64_t Before = After, During = T.SignalMask;
  Mask.take();
  leaveHandler(T, After);
  if (After != Before)
    signalMaskChanged(T, During);
}

/// valgrind, and the sanitizers that have handlers of their own, know only
/// frames that they have made, or seen made.
bool canRepeat() {
  return !valgrind::isRunning() && !sanitizer::hasOwnHandlers();
}

/// Did the kernel leave the interrupted stack for a signal stack that the
/// program did not ask for? It does so for faults, as the stack may be what is
/// at fault, and where the signal stack is the runtime's.
bool isMisplaced(const struct sigaction &Action, const ThreadBlock *T,
                 const ucontext_t &Context) {
  bool IsWanted = (Action.sa_flags & SA_ONSTACK) && (!T || T->HasSignalStack);
  return !IsWanted && leftOwnStack(Context) && canRepeat();
}

/// How far down the frames of \p T may reach, if it was on its own stack.
const char *lowestOfStack(const ThreadBlock *T, const ucontext_t &Context) {
  auto *At = reinterpret_cast<const char *>(Context.uc_mcontext.gregs[REG_RSP]);
  bool IsOwn = T && At >= T->Memory.Low && At < T->Memory.top();
  return IsOwn ? T->Memory.Low + T->Memory.Guard : nullptr;
}

void handleSignal(int Signal, siginfo_t *Info, void *Interrupted) {
  if (!Interrupted) // leaveSanitizer()'s.
    siglongjmp(static_cast<__jmp_buf_tag *>(Info->si_ptr), Info->si_errno);
  auto *Context = static_cast<ucontext_t *>(Interrupted);
  if ((Signal == SIGSEGV || Signal == SIGBUS) && recoverUserCopy(Context))
    return;
  Inside &Here = insideHere();
  if (Here.Depth && !isFault(Signal)) {
    putOff(Here, Signal, *Info, *Context);
    return;
  }
  // In place: this OS thread's code was interrupted, as natively. The kernel
  // has seen to the mask and, where the handler is not always ours, to
  // SA_RESETHAND.
  struct sigaction Action = Wanted[Signal].get();
  ThreadBlock *Thread = currentThread();
  if (!isHandler(Action) || isForced(Signal, *Info, Thread))
    return dieOf(Signal, *Info);
  if (isMisplaced(Action, Thread, *Context)) {
    if (repeatOnOwnStack(handleSignal, Signal, *Info, *Context,
                         lowestOfStack(Thread, *Context)))
      return;
    return dieOf(SIGSEGV, Signal == SIGSEGV ? *Info : siginfo_t{});
  }
  if (bitOf(Signal) & AlwaysOurs)
    Wanted[Signal].take();
  if (!Thread) // Or it is on the scheduler's stack.
    return callHandler(Action, Signal, *Info, Context);
  uint64_t After = enterHandler(*Thread, Signal, Action);
  MaskInContext Mask(*Thread, Context, After);
  if (sanitizer::isThreadSanitizer() && !Thread->InHandler)
    renewSignalStack();
  if (!Thread->InCancellable) {
    callHandler(Action, Signal, *Info, Context);
    return endHandler(*Thread, Mask, After);
  }
  for (auto *Call = Thread->InCancellable; Call; Call = Call->Outer)
    Call->IsForgotten |= static_cast<void *>(Call) < __builtin_frame_address(0);
  int State, Type; // Of the call of libc's that it may cancel.
  pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &State);
  pthread_setcanceltype(PTHREAD_CANCEL_DEFERRED, &Type);
  callHandler(Action, Signal, *Info, Context);
  endHandler(*Thread, Mask, After);
  if (Thread->CancelState == PTHREAD_CANCEL_DISABLE)
    State = PTHREAD_CANCEL_DISABLE; // The handler's choice.
  pthread_setcanceltype(Type, nullptr);
  pthread_setcancelstate(State, nullptr); // May unwind.
}

//===- ThreadSanitizer ----------------------------------------------------===//

// It puts off what is sent to a thread until that next calls a function which
// it knows. In the runtime that may be never; but what interrupts the runtime
// itself need not be put off.

KernelHandler *OfSanitizer[65];

} // namespace

// The linker's: where this library begins, and where its code ends.
extern const char ImageBegin [[gnu::visibility("hidden")]] asm("__ehdr_start");
extern const char CodeEnd [[gnu::visibility("hidden")]] asm("etext");

namespace {

bool interruptsRuntime(const ucontext_t &Context) {
  auto *At = reinterpret_cast<const char *>(Context.uc_mcontext.gregs[REG_RIP]);
  return At >= &ImageBegin && At < &CodeEnd;
}

void beforeSanitizer(int Signal, siginfo_t *Info, void *Context) {
  auto &Interrupted = *static_cast<ucontext_t *>(Context);
  if (!interruptsRuntime(Interrupted))
    return OfSanitizer[Signal](Signal, Info, Context);
  // It has all signals blocked.
  struct sigaction Action = Wanted[Signal].get();
  uint64_t Mask = toBits(Interrupted.uc_sigmask) | toBits(Action.sa_mask);
  if (!(Action.sa_flags & SA_NODEFER))
    Mask |= bitOf(Signal);
  sys::signalMask(SIG_SETMASK, &Mask, nullptr);
  handleSignal(Signal, Info, Context);
}

} // namespace

bool isInstalled(const struct sigaction &Action) {
  return Action.sa_sigaction == handleSignal ||
         Action.sa_sigaction == beforeSanitizer;
}

int install(int Signal, const struct sigaction &Action) {
  struct sigaction Kernel = Action;
  Kernel.sa_sigaction = handleSignal;
  Kernel.sa_flags |= SA_SIGINFO;
  if (isFault(Signal))
    Kernel.sa_flags |= SA_ONSTACK; // The stack may be what is at fault.
  if (bitOf(Signal) & AlwaysOurs)
    Kernel.sa_flags &= ~static_cast<int>(SA_RESETHAND); // Ours stays.
  sanitizer::written(Kernel);
  int Result = sigaction(Signal, &Kernel, nullptr);
  if (sanitizer::isThreadSanitizer() && Result == 0)
    putInFront(Signal, beforeSanitizer, OfSanitizer[Signal]);
  return Result;
}

// While one of its functions blocks, it takes no notice of what orders the
// thread with others; and if the function is unwound, never again. But handlers
// that interrupt it are watched, and may jump. SIGSEGV it does not put off.
void leaveSanitizer(__jmp_buf_tag *To, int Value) {
  struct sigaction Now{};
  sigaction(SIGSEGV, nullptr, &Now);
  if (!isInstalled(Now))
    return;
  siginfo_t Info{};
  Info.si_ptr = To;
  Info.si_errno = Value;
  OfSanitizer[SIGSEGV](SIGSEGV, &Info, nullptr);
}

} // namespace oc
