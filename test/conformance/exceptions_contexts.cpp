// RUN: %clangxx %s -o %t && %native %t
// RUN: %open_co_clangxx %s -o %t.oc && %run %t.oc
// Intent: contexts that a program switches inside catch blocks, with the state
// of exceptions kept for each, as libraries of fibers do; and a thread that is
// cancelled where nothing may be thrown ends the process.
#include "check.h"
#include <cxxabi.h>
#include <exception>
#include <ucontext.h>

namespace {

struct State {
  void *Caught;
  unsigned Uncaught;
};

struct Fiber {
  ucontext_t Own, Back;
  char Stack[1 << 16];
  int Id;
  bool Done;
};

__attribute__((noinline)) void switchTo(ucontext_t &From, ucontext_t &To) {
  State S = *reinterpret_cast<State *>(abi::__cxa_get_globals());
  *reinterpret_cast<State *>(abi::__cxa_get_globals()) = State();
  CHECK(swapcontext(&From, &To) == 0);
  *reinterpret_cast<State *>(abi::__cxa_get_globals()) = S;
}

__thread Fiber *Next;

void body() {
  Fiber &F = *Next;
  for (int I = 0; I < 10; ++I) {
    try {
      throw F.Id;
    } catch (int) {
      usleep(200);
      switchTo(F.Own, F.Back);
      usleep(200);
      try {
        throw;
      } catch (int Again) {
        CHECK(Again == F.Id);
      }
    }
  }
  F.Done = true;
  switchTo(F.Own, F.Back);
}

void fibers() {
  auto *F = static_cast<Fiber *>(calloc(2, sizeof(Fiber)));
  for (int I = 0; I < 2; ++I) {
    F[I].Id = I + 1;
    CHECK(getcontext(&F[I].Own) == 0);
    F[I].Own.uc_stack.ss_sp = F[I].Stack;
    F[I].Own.uc_stack.ss_size = sizeof F[I].Stack;
    F[I].Own.uc_link = nullptr;
    makecontext(&F[I].Own, body, 0);
  }
  while (!F[0].Done || !F[1].Done)
    for (int I = 0; I < 2; ++I)
      if (!F[I].Done) {
        Next = &F[I];
        switchTo(F[I].Back, F[I].Own);
      }
  free(F);
}

Gate Entered = GATE_INIT;
struct Waits {
  ~Waits() {
    post(&Entered);
    for (;;)
      pause();
  }
};
thread_local Waits W;

void *usesWaits(void *Arg) {
  (void)&W;
  return Arg;
}

void ended() { _exit(std::current_exception() ? 7 : 8); }

void cancelInDestructor() {
  std::set_terminate(ended);
  pthread_t T = start(usesWaits, nullptr);
  await(&Entered, 1);
  CHECK(pthread_cancel(T) == 0);
  join(T);
}

void dies() {
  pthread_t T = start(usesWaits, nullptr);
  await(&Entered, 1);
  CHECK(fclose(stderr) == 0);
  CHECK(pthread_cancel(T) == 0);
  join(T);
}

int statusOf(void (*Call)()) {
  pid_t Child = fork();
  if (Child == 0) {
    Call();
    _exit(0);
  }
  int Status;
  CHECK(Child > 0 && waitpid(Child, &Status, 0) == Child);
  return Status;
}

void terminates() {
  int Status = statusOf(cancelInDestructor);
  CHECK(WIFEXITED(Status) && WEXITSTATUS(Status) == 8);
  Status = statusOf(dies);
  CHECK(WIFSIGNALED(Status) && WTERMSIG(Status) == SIGABRT);
}

} // namespace

int main() {
  everywhere(fibers);
  terminates();
  return 0;
}
