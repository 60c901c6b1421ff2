//===- locals_base.cpp - Finds the running coroutine's variables ----------===//

#include "locals_base.h"

#include "compat.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/Cloning.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"

using namespace llvm;
using namespace open_co;

// Two names for the origin: link-time optimisation may meet both.
static constexpr const char *ProgramOrigin = "__oc_locals_origin";
static constexpr const char *LibraryOrigin = "__oc_locals_library_origin";
static constexpr const char *AddressName = "__oc_locals_address";

/// Is the code for wherever it may be linked into (-fPIC), not for programs
/// only?
static bool isForLibraries(const Module &M) {
  return M.getPICLevel() != PICLevel::NotPIC &&
         M.getPIELevel() == PIELevel::Default;
}

bool open_co::mayBeElsewhere(const GlobalVariable &Var) {
  if (Var.hasExternalWeakLinkage())
    return true;
  if (Var.hasLocalLinkage() || !Var.hasDefaultVisibility() || Var.isDSOLocal())
    return false;
  // What a program defines it uses, whatever its libraries define.
  return Var.isDeclarationForLinker() || isForLibraries(*Var.getParent());
}

/// One for each program or library, which the linker sees to.
template <typename T> static T *makeOwn(T *Value) {
  Value->setVisibility(GlobalValue::HiddenVisibility);
  Value->setDSOLocal(true);
  Value->setComdat(Value->getParent()->getOrInsertComdat(Value->getName()));
  return Value;
}

static Type *wordType(const Module &M) {
  return M.getDataLayout().getIntPtrType(M.getContext());
}

/// It is part of the image, so that none is without a section.
static GlobalVariable *getSlot(Module &M) {
  static constexpr const char *Name = "__oc_locals_slot";
  if (GlobalVariable *Old = M.getNamedGlobal(Name))
    return Old;
  Type *Word = wordType(M);
  auto *Slot = makeOwn(new GlobalVariable(
      M, Word, /*isConstant=*/false, GlobalValue::LinkOnceODRLinkage,
      ConstantInt::getAllOnesValue(Word), Name));
  Slot->setSection(open_co::LocalsSection);
  return Slot;
}

/// Declares what the linker makes for a section whose name is an identifier.
static Constant *sectionBound(Module &M, const char *Prefix) {
  auto *Bound = cast<GlobalVariable>(
      M.getOrInsertGlobal(std::string(Prefix) + open_co::LocalsSection,
                          Type::getInt8Ty(M.getContext())));
  Bound->setVisibility(GlobalValue::HiddenVisibility);
  return Bound;
}

static Constant *imageStart(Module &M) { return sectionBound(M, "__start_"); }
static Constant *imageStop(Module &M) { return sectionBound(M, "__stop_"); }

/// As an argument for the runtime.
static Value *slotAddress(IRBuilder<> &B, Module &M) {
  return B.CreatePointerCast(getSlot(M), compat::ptrTy(M.getContext()));
}

/// Marks \p Call as one of a function of nothing: all that it writes is new
/// memory.
static Value *markPure(CallInst *Call) {
  Call->setDoesNotAccessMemory();
  Call->setDoesNotThrow();
  compat::addFnAttr(*Call, Attribute::WillReturn);
  return Call;
}

/// Emits a load by \p Code.
///
/// Not of a thread_local of LLVM's: that would let it keep the address, which
/// is the OS thread's, across a call after which another OS thread runs the
/// coroutine (LLVM 16 does). Nothing splits this asm, and what it yields is the
/// coroutine's own, so it may be merged and moved freely.
static Value *loadThreads(IRBuilder<> &B, StringRef Code, StringRef Name) {
  auto *Type = FunctionType::get(compat::ptrTy(B.getContext()), false);
  InlineAsm *Asm = InlineAsm::get(Type, Code, "=r", /*hasSideEffects=*/false);
  return markPure(B.CreateCall(Type, Asm, {}, Name));
}

static Value *callInit(IRBuilder<> &B, Module &M) {
  PointerType *Ptr = compat::ptrTy(M.getContext());
  FunctionCallee Callee = M.getOrInsertFunction(
      "__oc_locals_init", FunctionType::get(Ptr, {Ptr, Ptr, Ptr}, false));
  CallInst *Call = B.CreateCall(
      Callee, {slotAddress(B, M), imageStart(M), imageStop(M)}, "made");
  compat::addFnAttr(*Call, Attribute::Cold);
  return markPure(Call);
}

static constexpr const char *CallerPrefix = "__oc_locals_do_";

/// Adds a function that calls the runtime's \p Name with what describes the
/// image. \returns it.
static Function *makeCaller(Module &M, StringRef Name, bool WithBounds) {
  LLVMContext &C = M.getContext();
  PointerType *Ptr = compat::ptrTy(C);
  SmallVector<Type *, 3> Types(WithBounds ? 3 : 1, Ptr);
  FunctionCallee Callee = M.getOrInsertFunction(
      ("__oc_locals_" + Name).str(),
      FunctionType::get(Type::getVoidTy(C), Types, false));
  auto *F = makeOwn(Function::Create(
      FunctionType::get(Type::getVoidTy(C), false),
      GlobalValue::LinkOnceODRLinkage, CallerPrefix + Name, &M));
  IRBuilder<> B(BasicBlock::Create(C, "", F));
  SmallVector<Value *, 3> Args{slotAddress(B, M)};
  if (WithBounds)
    Args.append({imageStart(M), imageStop(M)});
  B.CreateCall(Callee, Args);
  B.CreateRetVoid();
  return F;
}

/// Makes the runtime know the image, before anything uses it from elsewhere and
/// until all others' destructors have run.
static void addLibraryHooks(Module &M) {
  Function *Attach = makeCaller(M, "attach", true);
  Function *Detach = makeCaller(M, "detach", false);
  appendToGlobalCtors(M, Attach, 0, Attach);
  appendToGlobalDtors(M, Detach, 0, Detach);
}

/// The program's constructors come after those of its libraries, which may use
/// its variables.
static void addProgramHook(Module &M) {
  Function *Attach = makeCaller(M, "attach", true);
  auto *Entry = makeOwn(new GlobalVariable(
      M, Attach->getType(), /*isConstant=*/false,
      GlobalValue::LinkOnceODRLinkage, Attach, "__oc_locals_preinit"));
  Entry->setSection(".preinit_array");
  // Read by asm only, and by the runtime.
  auto *Base = new GlobalVariable(
      M, compat::ptrTy(M.getContext()), /*isConstant=*/false,
      GlobalValue::LinkOnceODRLinkage,
      Constant::getNullValue(compat::ptrTy(M.getContext())), "__oc_locals_base",
      nullptr, GlobalValue::LocalExecTLSModel);
  Base->setComdat(M.getOrInsertComdat(Base->getName()));
  appendToCompilerUsed(M, {Entry, Base});
}

void open_co::registerImage(Module &M) {
  if (M.getFunction(std::string(CallerPrefix) + "attach"))
    return;
  if (isForLibraries(M))
    addLibraryHooks(M);
  else
    addProgramHook(M);
}

/// Emits what finds the program's copy.
static void emitProgramOrigin(Function &F) {
  Module &M = *F.getParent();
  LLVMContext &C = M.getContext();
  BasicBlock *Entry = BasicBlock::Create(C, "", &F);
  BasicBlock *None = BasicBlock::Create(C, "none", &F);
  BasicBlock *Found = BasicBlock::Create(C, "found", &F);

  IRBuilder<> B(Entry);
  Value *Base = loadThreads(B, "movq %fs:__oc_locals_base@tpoff, $0", "base");
  B.CreateCondBr(B.CreateIsNull(Base), None, Found);

  B.SetInsertPoint(None);
  Value *Made = callInit(B, M);
  B.CreateBr(Found);

  B.SetInsertPoint(Found);
  PHINode *Origin = B.CreatePHI(Base->getType(), 2, "origin");
  Origin->addIncoming(Base, Entry);
  Origin->addIncoming(Made, None);
  B.CreateRet(Origin);
  registerImage(M);
}

/// Emits what finds the copy of whatever this is linked into.
static void emitLibraryOrigin(Function &F) {
  Module &M = *F.getParent();
  LLVMContext &C = M.getContext();
  Type *Word = wordType(M);
  PointerType *Ptr = compat::ptrTy(C);
  BasicBlock *Entry = BasicBlock::Create(C, "", &F);
  BasicBlock *Known = BasicBlock::Create(C, "known", &F);
  BasicBlock *None = BasicBlock::Create(C, "none", &F);
  BasicBlock *Found = BasicBlock::Create(C, "found", &F);
  auto LoadWord = [&](IRBuilder<> &B, Value *From, const char *Name) {
    LoadInst *Load = B.CreateAlignedLoad(
        Word, B.CreatePointerCast(From, getSlot(M)->getType()),
        M.getDataLayout().getABITypeAlign(Word), Name);
    Load->setAtomic(AtomicOrdering::Monotonic);
    return Load;
  };

  IRBuilder<> B(Entry);
  Value *Origins = loadThreads(B,
                               "movq __oc_locals_origins@gottpoff(%rip), $0\n\t"
                               "movq %fs:($0), $0",
                               "origins");
  Value *Slot = LoadWord(B, getSlot(M), "slot");
  B.CreateCondBr(B.CreateICmpULT(Slot, LoadWord(B, Origins, "size")), Known,
                 None);

  B.SetInsertPoint(Known);
  Value *Old = B.CreateIntToPtr(
      LoadWord(B, B.CreateGEP(B.getInt8Ty(), Origins, Slot), "old"), Ptr);
  B.CreateCondBr(B.CreateIsNull(Old), None, Found);

  B.SetInsertPoint(None);
  Value *Made = callInit(B, M);
  B.CreateBr(Found);

  B.SetInsertPoint(Found);
  PHINode *Origin = B.CreatePHI(Ptr, 2, "origin");
  Origin->addIncoming(Old, Known);
  Origin->addIncoming(Made, None);
  B.CreateRet(Origin);
  registerImage(M);
}

static void emitAddress(Function &F) {
  Module &M = *F.getParent();
  LLVMContext &C = M.getContext();
  Type *Word = wordType(M);
  PointerType *Ptr = compat::ptrTy(C);
  BasicBlock *Entry = BasicBlock::Create(C, "", &F);
  BasicBlock *Here = BasicBlock::Create(C, "here", &F);
  BasicBlock *Elsewhere = BasicBlock::Create(C, "elsewhere", &F);
  Value *Origin = F.getArg(0), *Image = F.getArg(1);

  IRBuilder<> B(Entry);
  getSlot(M); // Without it there may be no section.
  Value *Start = ConstantExpr::getPtrToInt(imageStart(M), Word);
  Value *Size =
      B.CreateSub(ConstantExpr::getPtrToInt(imageStop(M), Word), Start);
  Value *Place = B.CreatePtrToInt(Image, Word);
  B.CreateCondBr(B.CreateICmpULT(B.CreateSub(Place, Start), Size), Here,
                 Elsewhere, MDBuilder(C).createBranchWeights(1000, 1));

  B.SetInsertPoint(Here);
  B.CreateRet(B.CreateGEP(B.getInt8Ty(), Origin, Place));

  B.SetInsertPoint(Elsewhere);
  FunctionCallee Callee = M.getOrInsertFunction(
      "__oc_locals_elsewhere", FunctionType::get(Ptr, {Ptr}, false));
  B.CreateRet(markPure(B.CreateCall(Callee, {Image})));
}

/// A C++ coroutine may be resumed in another of ours. LLVM knows as much, but
/// before 16 merges calls that read nothing all the same.
static bool forgetsSuspension(const Module &M) {
  return LLVM_VERSION_MAJOR < 16 &&
         any_of(M, [](const Function &F) { return F.isPresplitCoroutine(); });
}

/// \returns the function \p Name, of \p NumArgs pointers, with the body that
/// \p Emit gives it.
static Function *getPure(Module &M, StringRef Name, unsigned NumArgs,
                         void (*Emit)(Function &)) {
  if (Function *Old = M.getFunction(Name))
    return Old;
  PointerType *Ptr = compat::ptrTy(M.getContext());
  SmallVector<Type *, 2> Types(NumArgs, Ptr);
  auto *F =
      makeOwn(Function::Create(FunctionType::get(Ptr, Types, false),
                               GlobalValue::LinkOnceODRLinkage, Name, &M));
  if (!forgetsSuspension(M))
    F->setDoesNotAccessMemory();
  F->setDoesNotThrow();
  for (Attribute::AttrKind Kind :
       {Attribute::NoFree, Attribute::NoInline, Attribute::NoProfile,
        Attribute::NoSanitizeCoverage, Attribute::NoSync,
        Attribute::Speculatable, Attribute::WillReturn})
    F->addFnAttr(Kind);
  Emit(*F);
  return F;
}

Function *open_co::getLocalsOrigin(Module &M) {
  return isForLibraries(M) ? getPure(M, LibraryOrigin, 0, emitLibraryOrigin)
                           : getPure(M, ProgramOrigin, 0, emitProgramOrigin);
}

Function *open_co::getLocalsAddress(Module &M) {
  return getPure(M, AddressName, 2, emitAddress);
}

/// \returns whether \p F was there.
static bool inlineCalls(Function *F) {
  if (!F || F->isDeclaration())
    return false;
  for (User *U : make_early_inc_range(F->users())) {
    auto *Call = dyn_cast<CallInst>(U);
    if (!Call || Call->getCalledFunction() != F)
      continue;
    InlineFunctionInfo Info;
    InlineFunction(*Call, Info);
  }
  if (F->use_empty())
    F->eraseFromParent();
  return true;
}

PreservedAnalyses open_co::InlineBasePass::run(Module &M,
                                               ModuleAnalysisManager &) {
  bool Changed = false;
  for (const char *Name : {ProgramOrigin, LibraryOrigin, AddressName})
    Changed |= inlineCalls(M.getFunction(Name));
  return Changed ? PreservedAnalyses::none() : PreservedAnalyses::all();
}
