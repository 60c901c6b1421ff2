//===- openmp.cpp - Code that uses OpenMP ---------------------------------===//

#include "openmp.h"

#include "marks.h"

#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"

#define DEBUG_TYPE "open-co"

using namespace llvm;
using namespace open_co;

STATISTIC(NumKept, "Number of functions that keep their OS thread for OpenMP");

static constexpr StringLiteral Keep = "__oc_keep_os_thread";

/// What clang calls for a directive, and what <omp.h> declares.
static bool isOfOpenMP(const Function &F) {
  StringRef Name = F.getName();
  return F.isDeclaration() &&
         (Name.consume_front("__kmpc_") || Name.consume_front("omp_"));
}

static bool keeps(const Function &F) {
  for (const Instruction &I : F.getEntryBlock())
    if (auto *Call = dyn_cast<CallBase>(&I))
      if (Call->getCalledFunction() &&
          Call->getCalledFunction()->getName() == Keep)
        return true;
  return false;
}

bool open_co::usesOpenMP(const Module &M) {
  for (const Function &F : M)
    if (isOfOpenMP(F))
      return true;
  return false;
}

bool open_co::keepOsThreads(Module &M) {
  SetVector<Function *> Callers;
  for (Function &F : M)
    if (isOfOpenMP(F))
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
