//===- remarks.cpp --------------------------------------------------------===//

#include "remarks.h"

#include "compat.h"
#include "cxx_names.h"
#include "uses.h"

#include "llvm/Analysis/OptimizationRemarkEmitter.h"
#include "llvm/Demangle/Demangle.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"

using namespace llvm;
using namespace open_co;

static constexpr const char *PassName = "open-co";

namespace {
struct Blocker {
  const char *Name, *Why;
};
} // namespace

static constexpr Blocker Blockers[] = {
#define OC_KEEP(Name, Reason) {#Name, Reason},
#include "open_co/hooks.def"
#define OC_BLOCKS(Name, Library)                                               \
  {#Name, "it can block an OS thread, unless " Library " is rewritten too"},
#define OC_BLOCKS_LIBC(Name) {#Name, "it can block an OS thread"},
#include "open_co/blocking.def"
};

bool open_co::wantsRemarks(const Module &M) {
  LLVMContext &C = M.getContext();
  return C.getLLVMRemarkStreamer() ||
         C.getDiagHandlerPtr()->isAnyRemarkEnabled(PassName);
}

static std::string readable(const GlobalValue &GV) {
  return demangle(linkerName(GV).str());
}

static StringRef kindOf(User &Place, const GlobalValue &Name) {
  return asCallOf(Place, Name) ? "call of '" : "address of '";
}

static void emit(DiagnosticInfoOptimizationBase &&Remark, const Function &F) {
  OptimizationRemarkEmitter(&F).emit(Remark);
}

void open_co::remarkRedirected(User &Place, const GlobalValue &Name,
                               StringRef To) {
  auto *I = dyn_cast<Instruction>(&Place);
  if (!I || !wantsRemarks(*I->getModule()))
    return;
  OptimizationRemark Remark(PassName, "Redirected", I);
  Remark << kindOf(Place, Name) << ore::NV("Function", readable(Name))
         << "' redirected to '" << ore::NV("To", To) << "'";
  emit(std::move(Remark), *I->getFunction());
}

void open_co::remarkKept(User &Place, const GlobalValue &Name, StringRef Why) {
  auto *I = dyn_cast<Instruction>(&Place);
  if (!I || !wantsRemarks(*I->getModule()))
    return;
  OptimizationRemarkMissed Remark(PassName, "Kept", I);
  Remark << kindOf(Place, Name) << ore::NV("Function", readable(Name))
         << "' not redirected: " << ore::NV("Reason", Why);
  emit(std::move(Remark), *I->getFunction());
}

void open_co::remarkOwn(const GlobalValue &Own) {
  const auto *F = dyn_cast_or_null<Function>(compat::aliaseeObject(Own));
  if (!F || F->isDeclaration() || !wantsRemarks(*Own.getParent()))
    return;
  OptimizationRemarkMissed Remark(PassName, "OwnDefinition",
                                  DiagnosticLocation(F->getSubprogram()),
                                  &F->getEntryBlock());
  Remark << "'" << ore::NV("Function", readable(Own))
         << "' not redirected: the program defines it";
  emit(std::move(Remark), *F);
}

/// Does \p I enter the kernel by itself?
static bool isSystemCall(const Instruction &I) {
  const auto *Call = dyn_cast<CallBase>(&I);
  const auto *Asm =
      Call ? dyn_cast<InlineAsm>(Call->getCalledOperand()) : nullptr;
  if (!Asm)
    return false;
  StringRef Text = Asm->getAsmString();
  return Text.contains("syscall") || Text.contains("sysenter") ||
         Text.contains("int $$0x80");
}

void open_co::remarkWhatBlocks(Module &M) {
  if (!wantsRemarks(M))
    return;
  for (Function &F : M)
    for (Instruction &I : instructions(F))
      if (isSystemCall(I)) {
        OptimizationRemarkMissed Remark(PassName, "SystemCall", &I);
        Remark << "system call in inline assembly not redirected";
        emit(std::move(Remark), F);
      }
  for (const Blocker &B : Blockers)
    if (Function *F = M.getFunction(B.Name))
      if (F->isDeclarationForLinker())
        for (User *Place : placesOf(*F))
          remarkKept(*Place, *F, B.Why);
}
