//===- teams.cpp - Code that leads teams of threads -----------------------===//

#include "teams.h"

#include "compat.h"
#include "marks.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"

#define DEBUG_TYPE "open-co"

using namespace llvm;
using namespace open_co;

STATISTIC(NumKept, "Number of functions that keep their OS thread");

static constexpr StringLiteral Keep = "__oc_keep_os_thread";

/// What clang calls for a directive, and what <omp.h> declares.
static bool isOfOpenMP(StringRef Name) {
  return Name.consume_front("__kmpc_") || Name.consume_front("omp_");
}

/// Where <tbb/...> leaves the program for the library, which mangles the names
/// that its ABI has: tbb::detail::r1::NAME.
static constexpr StringLiteral OfTBB = "_ZN3tbb6detail2r1";

/// Whether it runs tasks there, or tells who runs them. Much else does not
/// depend on the OS thread: memory, and what its containers and locks need.
static bool runsTasksOfTBB(StringRef Name) {
  static constexpr StringLiteral Functions[] = {"attach",
                                                "current_context",
                                                "current_suspend_point",
                                                "enqueue",
                                                "execute",
                                                "execute_and_wait",
                                                "execution_slot",
                                                "finalize",
                                                "isolate_within_arena",
                                                "max_concurrency",
                                                "observe",
                                                "parallel_pipeline",
                                                "resume",
                                                "spawn",
                                                "submit",
                                                "suspend",
                                                "wait"};
  size_t Length;
  return Name.consume_front(OfTBB) && !Name.consumeInteger(10, Length) &&
         is_contained(Functions, Name.take_front(Length));
}

/// Whether \p M is of oneTBB's own source, rebuilt.
static bool isTBB(const Module &M) {
  return any_of(M, [](const Function &F) {
    return !F.isDeclaration() && compat::startsWith(F.getName(), OfTBB);
  });
}

/// Whether who calls \p F must not go on elsewhere.
static bool knowsOsThreads(const Function &F, bool InTBB) {
  return F.isDeclaration() &&
         (isOfOpenMP(F.getName()) || (!InTBB && runsTasksOfTBB(F.getName())));
}

static bool keeps(const Function &F) {
  for (const Instruction &I : F.getEntryBlock())
    if (auto *Call = dyn_cast<CallBase>(&I))
      if (Call->getCalledFunction() &&
          Call->getCalledFunction()->getName() == Keep)
        return true;
  return false;
}

bool open_co::usesTeams(const Module &M) {
  bool InTBB = isTBB(M);
  return any_of(M, [&](const Function &F) { return knowsOsThreads(F, InTBB); });
}

bool open_co::keepOsThreads(Module &M) {
  bool InTBB = isTBB(M);
  SetVector<Function *> Callers;
  for (Function &F : M)
    if (knowsOsThreads(F, InTBB))
      for (User *U : F.users())
        if (auto *Call = dyn_cast<CallBase>(U))
          Callers.insert(Call->getFunction());
  bool Changed = false;
  for (Function *F : Callers) {
    if (isMarked(*F, NativeMark) || keeps(*F))
      continue;
    Instruction *Begin = &F->getEntryBlock().front();
    while (isa<AllocaInst>(Begin)) // To be static they have to come first.
      Begin = Begin->getNextNode();
    IRBuilder<> Builder(Begin);
    Builder.CreateCall(M.getOrInsertFunction(Keep, Builder.getVoidTy()))
        ->setDoesNotThrow();
    ++NumKept;
    Changed = true;
  }
  return Changed;
}
