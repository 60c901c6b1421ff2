//===- allocator.cpp - Lets nobody be suspended inside a program's malloc -===//

#include "allocator.h"

#include "llvm/ADT/Statistic.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/IR/GlobalAlias.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"

#define DEBUG_TYPE "open-co"

using namespace llvm;
using namespace open_co;

STATISTIC(NumGuarded, "Number of the program's own allocation functions");

static constexpr StringLiteral Enter = "__oc_enter_allocator";
static constexpr StringLiteral Leave = "__oc_leave_allocator";

/// What a program has to define, or may, to replace malloc (glibc manual,
/// "Replacing malloc").
static constexpr StringLiteral Names[] = {
    "aligned_alloc",
    "calloc",
    "free",
    "malloc",
    "malloc_usable_size",
    "memalign",
    "posix_memalign",
    "pvalloc",
    "realloc",
    "reallocarray",
    "valloc",
};

/// \returns the body of \p M's own allocation function \p Name; null if it has
/// none that libc would call.
static Function *findOwn(const Module &M, StringRef Name) {
  GlobalValue *GV = M.getNamedValue(Name);
  if (!GV || GV->isDeclarationForLinker() || GV->hasLocalLinkage())
    return nullptr;
  if (auto *Alias = dyn_cast<GlobalAlias>(GV))
    return dyn_cast<Function>(Alias->getAliasee()->stripPointerCasts());
  return dyn_cast<Function>(GV);
}

/// Calls \p Callee before \p Where.
static void insertCall(Instruction &Where, StringRef Callee) {
  Module &M = *Where.getModule();
  IRBuilder<> Builder(&Where);
  Builder.CreateCall(M.getOrInsertFunction(Callee, Builder.getVoidTy()))
      ->setDoesNotThrow();
}

static bool isGuarded(Function &F) {
  for (Instruction &I : F.getEntryBlock())
    if (auto *Call = dyn_cast<CallBase>(&I))
      if (Function *Callee = Call->getCalledFunction())
        if (Callee->getName() == Enter)
          return true;
  return false;
}

static void guard(Function &F) {
  for (BasicBlock &Block : F) {
    Instruction *End = Block.getTerminator();
    if (isa<ReturnInst>(End)) {
      // Nothing may come between a call that must be a tail call and `ret`.
      CallInst *Tail = Block.getTerminatingMustTailCall();
      insertCall(Tail ? *Tail : *End, Leave);
    } else if (isa<ResumeInst>(End)) {
      insertCall(*End, Leave);
    }
  }
  Instruction *Begin = &F.getEntryBlock().front();
  while (isa<AllocaInst>(Begin)) // To be static they have to come first.
    Begin = Begin->getNextNode();
  insertCall(*Begin, Enter);
}

bool open_co::definesAllocator(const Module &M) {
  for (StringRef Name : Names)
    if (findOwn(M, Name))
      return true;
  return false;
}

bool open_co::guardAllocator(Module &M) {
  bool Changed = false;
  for (StringRef Name : Names) {
    Function *F = findOwn(M, Name);
    if (!F || F->isDeclaration() || isGuarded(*F))
      continue;
    guard(*F);
    ++NumGuarded;
    Changed = true;
  }
  return Changed;
}
