//===- locals.cpp - Makes thread_local variables local to a coroutine -----===//
//
// Which variables, and what becomes of their definitions. What becomes of their
// uses is in locals_uses.cpp.
//
//===----------------------------------------------------------------------===//

#include "locals.h"

#include "compat.h"
#include "locals_base.h"
#include "locals_uses.h"
#include "os_thread_locals.h"

#include "llvm/ADT/Statistic.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"

#define DEBUG_TYPE "open-co"

using namespace llvm;
using namespace open_co;

STATISTIC(NumLocals, "Number of thread_local variables made coroutine locals");

static constexpr const char *Suffix = ".oc_local";

/// Is \p Name the mangled name of something in namespace std? \p Kind says of
/// what: "" a variable, "GV" a variable's guard, "TW" its access function.
static bool isOfStd(StringRef Name, StringRef Kind) {
  return Name.consume_front("_Z") && Name.consume_front(Kind) &&
         (compat::startsWith(Name, "St") || compat::startsWith(Name, "NSt"));
}

/// Does the variable belong to a library that was not rebuilt, or to the
/// runtime? Those libraries use it by OS thread.
static bool isReserved(const GlobalValue &GV) {
  StringRef Name = GV.getName();
  Name.consume_front("\1");
  return !GV.hasLocalLinkage() && (compat::startsWith(Name, "__") ||
                                   isOfStd(Name, "") || isOfStd(Name, "GV"));
}

static bool isConvertible(const GlobalValue &GV) {
  return GV.isThreadLocal() && !isReserved(GV) && !isKeptByOsThread(GV);
}

/// \returns why \p GV cannot be local to a coroutine, or null.
static const char *obstacle(const GlobalValue &GV) {
  if (isa<GlobalAlias>(GV))
    return "it is an alias";
  const auto &Var = cast<GlobalVariable>(GV);
  if (Var.hasSection())
    return "it has a section of its own";
  if (Var.getAddressSpace() != 0)
    return "it is in an address space of its own";
  if (Var.getAlign().valueOrOne().value() > open_co::MaxLocalAlign)
    return "its alignment is above 4096";
  return nullptr;
}

/// Reports that \p GV cannot be converted.
static void report(const GlobalValue &GV, StringRef Why) {
  GV.getContext().emitError("open-co: cannot make thread_local variable '" +
                            GV.getName() + "' local to a coroutine: " + Why);
}

/// \returns the variables to convert; empty after an error.
static LocalSet findLocals(Module &M) {
  LocalSet Found;
  bool Failed = false;
  auto Check = [&](GlobalValue &GV) {
    if (!isConvertible(GV))
      return false;
    const char *Why = obstacle(GV);
    if (Why)
      report(GV, Why);
    Failed |= Why != nullptr;
    return !Why;
  };
  for (GlobalAlias &Alias : M.aliases())
    Check(Alias);
  for (GlobalVariable &Var : M.globals())
    if (Check(Var))
      Found.insert(&Var);
  if (Failed)
    Found.clear();
  return Found;
}

/// Renames \p GO, and its COMDAT if that is named after it.
static void rename(GlobalObject &GO) {
  Module &M = *GO.getParent();
  std::string Old = GO.getName().str(), New = Old + Suffix;
  Comdat *OldGroup = GO.getComdat();
  if (OldGroup && OldGroup->getName() == Old) {
    Comdat *NewGroup = M.getOrInsertComdat(New);
    NewGroup->setSelectionKind(OldGroup->getSelectionKind());
    for (GlobalObject &Member : M.global_objects())
      if (Member.getComdat() == OldGroup)
        Member.setComdat(NewGroup);
  }
  GlobalValue *Twin = M.getNamedValue(New);
  GO.setName(New);
  // A twin: bitcode that was linked from files of which some were rewritten.
  if (Twin && Twin->isDeclaration() && !GO.hasLocalLinkage()) {
    Twin->replaceAllUsesWith(
        ConstantExpr::getPointerCast(&GO, Twin->getType()));
    GO.takeName(Twin);
    Twin->eraseFromParent();
  } else if (Twin && GO.isDeclaration()) {
    GO.replaceAllUsesWith(ConstantExpr::getPointerCast(Twin, GO.getType()));
    GO.eraseFromParent();
  }
}

/// Makes \p Var the holder of the initial value.
static void convertDefinition(GlobalVariable &Var) {
  bool Elsewhere = mayBeElsewhere(Var);
  Var.setThreadLocalMode(GlobalValue::NotThreadLocal);
  // All in one section need the same section flags.
  Var.setConstant(false);
  Var.setUnnamedAddr(GlobalValue::UnnamedAddr::None);
  if (Var.hasAvailableExternallyLinkage()) {
    Var.setInitializer(nullptr);
    Var.setLinkage(GlobalValue::ExternalLinkage);
  }
  // Never by a copy relocation: a copy would be outside of every image.
  Var.setDSOLocal(!Elsewhere);
  if (!Var.isDeclaration()) {
    // A common variable has no section.
    if (Var.hasCommonLinkage())
      Var.setLinkage(GlobalValue::WeakAnyLinkage);
    Var.setSection(open_co::LocalsSection);
  }
  rename(Var);
}

/// Renames the functions by which C++ files use a thread_local that may be
/// another file's. Each file has a copy of such a wrapper, of which the linker
/// keeps one: not one of a file built without the plugin.
static void renameWrappers(Module &M) {
  for (Function &F : M)
    if (compat::startsWith(F.getName(), "_ZTW") &&
        !isOfStd(F.getName(), "TW") && !F.hasLocalLinkage() &&
        !F.getName().contains(Suffix) && !isKeptByOsThread(F))
      rename(F);
}

/// May a file that is linked into something else use \p Var, a definition?
static bool isOffered(const GlobalVariable *Var) {
  return !Var->isDeclarationForLinker() && !Var->hasLocalLinkage();
}

bool open_co::hasThreadLocals(const Module &M) {
  auto Is = [](const GlobalValue &GV) { return GV.isThreadLocal(); };
  return any_of(M.globals(), Is) || any_of(M.aliases(), Is);
}

bool open_co::reloadOsThreadLocals(Module &M) {
  LocalSet Rest;
  for (GlobalVariable &Var : M.globals())
    if (Var.isThreadLocal() && !isConvertible(Var) && !Var.use_empty())
      Rest.insert(&Var);
  if (Rest.empty())
    return false;
  LocalUses(Rest).reload();
  return true;
}

bool open_co::makeThreadLocalsCoroutineLocal(Module &M) {
  LocalSet Locals = findLocals(M);
  if (Locals.empty())
    return false;
  LocalUses Uses(Locals);
  if (const GlobalVariable *Bad = Uses.addressInInitializer()) {
    report(*Bad, "its address is in the initial value of another variable");
    return false;
  }
  Uses.rewrite();
  if (any_of(Locals, isOffered))
    registerImage(M);
  for (GlobalVariable *Var : Locals)
    convertDefinition(*Var);
  renameWrappers(M);
  NumLocals += Locals.size();
  return true;
}
