//===- locals_base.cpp - Finds the running coroutine's variables ----------===//

#include "locals_base.h"

#include "compat.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/Cloning.h"

using namespace llvm;
using namespace open_co;

static constexpr const char *OriginName = "__oc_locals_origin";

/// Declares what the linker makes for a section whose name is an identifier.
static Constant *sectionBound(Module &M, const char *Prefix) {
  std::string Name = std::string(Prefix) + open_co::LocalsSection;
  Type *Byte = Type::getInt8Ty(M.getContext());
  if (GlobalVariable *Old = M.getNamedGlobal(Name))
    return Old;
  auto *Bound = new GlobalVariable(M, Byte, /*isConstant=*/false,
                                   GlobalValue::ExternalLinkage, nullptr, Name);
  Bound->setVisibility(GlobalValue::HiddenVisibility);
  return Bound;
}

/// Emits the load of __oc_locals_base.
///
/// Not as a thread_local of LLVM's: that would let it keep the address, which
/// is the OS thread's, across a call after which another OS thread runs the
/// coroutine (LLVM 16 does). Nothing splits this asm, and what it yields is the
/// coroutine's own, so it may be merged and moved freely.
static Value *loadBase(IRBuilder<> &B) {
  auto *Type = FunctionType::get(compat::ptrTy(B.getContext()), false);
  CallInst *Load =
      B.CreateCall(Type,
                   InlineAsm::get(Type,
                                  "movq __oc_locals_base@gottpoff(%rip), $0\n\t"
                                  "movq %fs:($0), $0",
                                  "=r", /*hasSideEffects=*/false),
                   {}, "base");
  Load->setDoesNotAccessMemory();
  Load->setDoesNotThrow();
  Load->addFnAttr(Attribute::WillReturn);
  return Load;
}

/// Emits the call of __oc_locals_init. To the program it is a function of
/// nothing: all that it writes is new memory.
static Value *callInit(IRBuilder<> &B, Module &M, Constant *Start) {
  PointerType *Ptr = compat::ptrTy(M.getContext());
  FunctionCallee Callee = M.getOrInsertFunction(
      "__oc_locals_init", FunctionType::get(Ptr, {Ptr, Ptr}, false));
  CallInst *Call =
      B.CreateCall(Callee, {Start, sectionBound(M, "__stop_")}, "made");
  Call->setDoesNotAccessMemory();
  Call->setDoesNotThrow();
  Call->addFnAttr(Attribute::Cold);
  Call->addFnAttr(Attribute::WillReturn);
  return Call;
}

static void emitOrigin(Function &F) {
  Module &M = *F.getParent();
  LLVMContext &C = M.getContext();
  BasicBlock *Entry = BasicBlock::Create(C, "", &F);
  BasicBlock *None = BasicBlock::Create(C, "none", &F);
  BasicBlock *Found = BasicBlock::Create(C, "found", &F);
  Constant *Start = sectionBound(M, "__start_");

  IRBuilder<> B(Entry);
  Value *Base = loadBase(B);
  B.CreateCondBr(B.CreateIsNull(Base), None, Found);

  B.SetInsertPoint(None);
  Value *Made = callInit(B, M, Start);
  B.CreateBr(Found);

  B.SetInsertPoint(Found);
  PHINode *Copy = B.CreatePHI(Base->getType(), 2, "copy");
  Copy->addIncoming(Base, Entry);
  Copy->addIncoming(Made, None);
  Type *Word = M.getDataLayout().getIntPtrType(C);
  B.CreateRet(B.CreateGEP(
      B.getInt8Ty(), Copy,
      ConstantExpr::getNeg(ConstantExpr::getPtrToInt(Start, Word)), "origin"));
}

/// A C++ coroutine may be resumed in another of ours. LLVM knows as much, but
/// before 16 merges calls that read nothing all the same.
static bool forgetsSuspension(const Module &M) {
  return LLVM_VERSION_MAJOR < 16 &&
         any_of(M, [](const Function &F) { return F.isPresplitCoroutine(); });
}

Function *open_co::getLocalsOrigin(Module &M) {
  if (Function *Old = M.getFunction(OriginName))
    return Old;
  auto *F =
      Function::Create(FunctionType::get(compat::ptrTy(M.getContext()), false),
                       GlobalValue::LinkOnceODRLinkage, OriginName, &M);
  F->setVisibility(GlobalValue::HiddenVisibility);
  F->setDSOLocal(true);
  F->setComdat(M.getOrInsertComdat(OriginName));
  if (!forgetsSuspension(M))
    F->setDoesNotAccessMemory();
  F->setDoesNotThrow();
  for (Attribute::AttrKind Kind :
       {Attribute::NoFree, Attribute::NoInline, Attribute::NoProfile,
        Attribute::NoSanitizeCoverage, Attribute::NoSync,
        Attribute::Speculatable, Attribute::WillReturn})
    F->addFnAttr(Kind);
  emitOrigin(*F);
  return F;
}

PreservedAnalyses open_co::InlineBasePass::run(Module &M,
                                               ModuleAnalysisManager &) {
  Function *Origin = M.getFunction(OriginName);
  if (!Origin || Origin->isDeclaration())
    return PreservedAnalyses::all();
  for (User *U : make_early_inc_range(Origin->users())) {
    auto *Call = dyn_cast<CallInst>(U);
    if (!Call || Call->getCalledFunction() != Origin)
      continue;
    InlineFunctionInfo Info;
    InlineFunction(*Call, Info);
  }
  if (Origin->use_empty())
    Origin->eraseFromParent();
  return PreservedAnalyses::none();
}
