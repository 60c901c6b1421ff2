//===- marks.cpp ----------------------------------------------------------===//

#include "marks.h"

#include "compat.h"
#include "cxx_names.h"
#include "ignore_list.h"
#include "os_thread_locals.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"

using namespace llvm;
using namespace open_co;

bool open_co::isMarked(const GlobalObject &GO, StringRef Mark) {
  if (const auto *F = dyn_cast<Function>(&GO))
    return F->hasFnAttribute(Mark);
  return GO.getMetadata(Mark) != nullptr;
}

void open_co::mark(GlobalObject &GO, StringRef Mark) {
  if (isMarked(GO, Mark))
    return;
  if (auto *F = dyn_cast<Function>(&GO))
    F->addFnAttr(Mark);
  else
    GO.setMetadata(Mark, MDNode::get(GO.getContext(), {}));
}

/// \returns the text that \p Annotation, a string in the module, consists of.
static StringRef textOf(const Value *Annotation) {
  const auto *Var = dyn_cast<GlobalVariable>(Annotation->stripPointerCasts());
  const auto *Data =
      Var && Var->hasInitializer()
          ? dyn_cast<ConstantDataSequential>(Var->getInitializer())
          : nullptr;
  return Data && Data->isCString() ? Data->getAsCString() : "";
}

/// Marks what __attribute__((annotate)) names.
static void markAnnotated(Module &M) {
  const GlobalVariable *All = M.getNamedGlobal("llvm.global.annotations");
  const auto *Entries = All && All->hasInitializer()
                            ? dyn_cast<ConstantArray>(All->getInitializer())
                            : nullptr;
  if (!Entries)
    return;
  for (const Use &Entry : Entries->operands()) {
    const auto *Fields = dyn_cast<ConstantStruct>(Entry);
    if (!Fields || Fields->getNumOperands() < 2)
      continue;
    auto *GO =
        dyn_cast<GlobalObject>(Fields->getOperand(0)->stripPointerCasts());
    StringRef Text = textOf(Fields->getOperand(1));
    if (!GO)
      continue;
    if (Text == NativeMark || Text == OriginalMark || Text == NoPreemptMark)
      mark(*GO, Text);
    else if (Text == OsThreadMark)
      keepByOsThread(*GO);
  }
}

static void markIgnored(Module &M, const IgnoreList &Ignored) {
  StringRef Source = M.getSourceFileName();
  for (auto [P, Mark] :
       {std::pair(Part::Redirect, StringRef(NativeMark)),
        std::pair(Part::UserRedirect, StringRef(OriginalMark))}) {
    bool All = Ignored.hasSource(P, Source);
    for (Function &F : M)
      if (!F.isDeclaration() && (All || Ignored.hasFunction(P, linkerName(F))))
        mark(F, Mark);
    for (GlobalVariable &Var : M.globals())
      if (Var.hasInitializer() && !compat::startsWith(Var.getName(), "llvm.") &&
          (All || Ignored.hasVariable(P, linkerName(Var))))
        mark(Var, Mark);
  }
  bool All = Ignored.hasSource(Part::Locals, Source);
  for (GlobalVariable &Var : M.globals())
    if (Var.isThreadLocal() &&
        (All || Ignored.hasVariable(Part::Locals, linkerName(Var))))
      keepByOsThread(Var);
}

bool open_co::setMarks(Module &M, const IgnoreList &Ignored) {
  markAnnotated(M);
  if (!Ignored.empty())
    markIgnored(M, Ignored);
  return keepSharedGuard(M);
}

/// \returns the annotation of the local variable into which \p I stores, as
/// OPEN_CO_NATIVE_FUNCTION does.
static StringRef annotationOfStored(const Instruction &I) {
  const auto *Store = dyn_cast<StoreInst>(&I);
  const auto *Var =
      Store ? dyn_cast<AllocaInst>(Store->getPointerOperand()) : nullptr;
  if (!Var)
    return "";
  SmallVector<const User *, 4> Users(Var->users());
  while (!Users.empty()) {
    const User *U = Users.pop_back_val();
    if (isa<BitCastInst>(U))
      Users.append(U->user_begin(), U->user_end());
    const auto *Call = dyn_cast<IntrinsicInst>(U);
    if (Call && Call->getIntrinsicID() == Intrinsic::var_annotation)
      return textOf(Call->getArgOperand(1));
  }
  return "";
}

Redirects open_co::redirectsIn(const User &Place) {
  const auto *I = dyn_cast<Instruction>(&Place);
  const GlobalObject &GO = I ? *I->getFunction() : cast<GlobalObject>(Place);
  StringRef Annotation = I ? annotationOfStored(*I) : "";
  if (isMarked(GO, NativeMark) || Annotation == NativeMark ||
      (I && registersOsThreadLocal(*I)))
    return Redirects::None;
  if (isMarked(GO, OriginalMark) || Annotation == OriginalMark)
    return Redirects::Table;
  return Redirects::All;
}
