//===- os_thread_locals.cpp -----------------------------------------------===//

#include "os_thread_locals.h"

#include "compat.h"
#include "marks.h"

#include "llvm/ADT/Twine.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"

using namespace llvm;
using namespace open_co;

/// \returns the name of what the C++ ABI gives the variable \p Name: "GV" its
/// guard, "TH" its initialiser, "TW" its access function.
static std::string companion(StringRef Name, StringRef Kind) {
  std::string Prefix = ("_Z" + Kind).str();
  if (Name.consume_front("_Z"))
    return Prefix + Name.str();
  return Prefix + std::to_string(Name.size()) + Name.str();
}

void open_co::keepByOsThread(GlobalObject &Var) {
  if (!Var.isThreadLocal())
    return;
  Module &M = *Var.getParent();
  mark(Var, OsThreadMark);
  for (StringRef Kind : {"GV", "TW"})
    if (auto *GO = dyn_cast_or_null<GlobalObject>(
            M.getNamedValue(companion(Var.getName(), Kind))))
      mark(*GO, OsThreadMark);
}

bool open_co::isKeptByOsThread(const GlobalValue &GV) {
  const GlobalObject *GO = compat::aliaseeObject(GV);
  return GO && isMarked(*GO, OsThreadMark);
}

bool open_co::keepSharedGuard(Module &M) {
  GlobalVariable *Guard = M.getNamedGlobal("__tls_guard");
  if (!Guard)
    return true;
  const GlobalVariable *Kept = nullptr, *Converted = nullptr;
  for (const GlobalVariable &Var : M.globals()) {
    const auto *Init = Var.isThreadLocal()
                           ? M.getNamedAlias(companion(Var.getName(), "TH"))
                           : nullptr;
    if (!Init ||
        Init->getAliasee()->stripPointerCasts()->getName() != "__tls_init")
      continue;
    (isKeptByOsThread(Var) ? Kept : Converted) = &Var;
  }
  if (Kept && Converted) {
    M.getContext().emitError(
        "open-co: thread_local variables '" + Kept->getName() +
        "', left to the OS thread, and '" + Converted->getName() +
        "' are initialised together; put one into another file");
    return false;
  }
  if (Kept)
    mark(*Guard, OsThreadMark);
  return true;
}

bool open_co::registersOsThreadLocal(const Instruction &I) {
  const auto *Call = dyn_cast<CallBase>(&I);
  if (!Call || Call->arg_size() != 3 ||
      Call->getCalledOperand()->stripPointerCasts()->getName() !=
          "__cxa_thread_atexit")
    return false;
  const Value *Object = Call->getArgOperand(1)->stripPointerCasts();
  if (const auto *Find = dyn_cast<CallBase>(Object))
    if (compat::isThreadLocalAddress(Find->getIntrinsicID()))
      Object = Find->getArgOperand(0)->stripPointerCasts();
  const auto *Var = dyn_cast<GlobalValue>(Object);
  return Var && isKeptByOsThread(*Var);
}
