//===- locals_uses.cpp - Points code at a coroutine's own variables -------===//
//
// In each function, one call finds the running coroutine's copy of all
// variables; each use adds its variable's place in it.
//
//===----------------------------------------------------------------------===//

#include "locals_uses.h"

#include "compat.h"
#include "locals_base.h"

#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"

using namespace llvm;
using namespace open_co;

static constexpr const char *FinderPrefix = "__oc_os_thread_address.";

open_co::LocalUses::LocalUses(const LocalSet &Locals) {
  for (GlobalVariable *Local : Locals)
    collect(*Local);
}

void open_co::LocalUses::collect(GlobalVariable &Local) {
  Local.removeDeadConstantUsers();
  SmallVector<Constant *, 8> ToVisit{&Local};
  while (!ToVisit.empty()) {
    Constant *C = ToVisit.pop_back_val();
    if (!Addresses.insert(C).second)
      continue;
    for (User *U : C->users()) {
      if (auto *I = dyn_cast<Instruction>(U)) {
        UsersOf[I->getFunction()].push_back(I);
      } else if (!isa<GlobalValue>(U)) {
        ToVisit.push_back(cast<Constant>(U));
      } else if (!compat::startsWith(U->getName(), "llvm.")) {
        // llvm.used and its like want the variable itself.
        Bad = &Local;
      }
    }
  }
}

void open_co::LocalUses::rewrite() { rewriteAll(false); }

void open_co::LocalUses::reload() { rewriteAll(true); }

void open_co::LocalUses::rewriteAll(bool OfOsThread) {
  for (auto &[F, Users] : UsersOf) {
    // An instruction may use several addresses.
    SetVector<Instruction *> Unique(Users.begin(), Users.end());
    if (!compat::startsWith(F->getName(), FinderPrefix))
      rewrite(*F, Unique.getArrayRef(), OfOsThread);
  }
}

/// \returns where the \p Index-th operand of \p I has to be known.
static Instruction *placeOfOperand(Instruction &I, unsigned Index) {
  auto *Phi = dyn_cast<PHINode>(&I);
  return Phi ? Phi->getIncomingBlock(Index)->getTerminator() : &I;
}

/// \returns a place from which all \p Places are reached, outside loops, but on
/// no path that needs none of them if it can be helped.
static Instruction *commonPlace(Function &F, ArrayRef<Instruction *> Places) {
  DominatorTree DT(F);
  LoopInfo Loops(DT);
  BasicBlock *Block = nullptr;
  for (Instruction *Place : Places)
    if (DT.isReachableFromEntry(Place->getParent()))
      Block = Block ? DT.findNearestCommonDominator(Block, Place->getParent())
                    : Place->getParent();
  if (!Block) // Dead code may use what is computed anywhere.
    Block = &F.getEntryBlock();
  if (Loop *L = Loops.getLoopFor(Block)) {
    while (L->getParentLoop())
      L = L->getParentLoop();
    Block = DT[L->getHeader()]->getIDom()->getBlock();
  }
  Instruction *Common = Block->getTerminator();
  for (Instruction *Place : Places)
    if (Place->getParent() == Block && Place->comesBefore(Common))
      Common = Place;
  return Common;
}

namespace {

/// Computes addresses in the running coroutine's copy, or in the OS thread's.
class AddressWriter {
public:
  AddressWriter(const DenseSet<const Value *> &Addresses, Function &F,
                bool OfOsThread)
      : Addresses(Addresses), OfOsThread(OfOsThread),
        Find(OfOsThread ? nullptr : open_co::getLocalsOrigin(*F.getParent())) {}

  /// Finds the copy at \p Place, for all that write() writes from now on.
  void findCopy(Instruction *Place) {
    if (Find)
      Origin = IRBuilder<>(Place).CreateCall(Find, {}, "locals");
  }

  /// \returns what \p C, which depends on a variable's address, is in the
  /// running coroutine, computed before \p Place.
  Value *write(Constant *C, Instruction *Place);

private:
  Value *writeLocal(GlobalVariable *Local, IRBuilder<> &B);
  Value *writeAggregate(ConstantAggregate *C, Instruction *Place);

  const DenseSet<const Value *> &Addresses;
  bool OfOsThread;
  Function *Find;
  Value *Origin = nullptr;
};

} // namespace

/// \returns a function that finds the OS thread's \p Var. Empty asm hides what
/// it returns, and counts as a side effect, so that calls are not merged.
static Function *getFinder(GlobalVariable &Var) {
  Module &M = *Var.getParent();
  std::string Name = (FinderPrefix + Var.getName()).str();
  if (Function *Old = M.getFunction(Name))
    return Old;
  auto *F = Function::Create(FunctionType::get(Var.getType(), false),
                             GlobalValue::InternalLinkage, Name, &M);
  F->addFnAttr(Attribute::NoInline);
  F->addFnAttr(Attribute::NoUnwind);
  IRBuilder<> B(BasicBlock::Create(M.getContext(), "", F));
  auto *Type = FunctionType::get(Var.getType(), {Var.getType()}, false);
  B.CreateRet(B.CreateCall(
      Type, InlineAsm::get(Type, "", "=r,0", /*hasSideEffects=*/true),
      {compat::threadLocalAddress(B, Var)}));
  return F;
}

Value *AddressWriter::writeLocal(GlobalVariable *Local, IRBuilder<> &B) {
  if (OfOsThread)
    return B.CreateCall(getFinder(*Local), {}, Local->getName());
  Module &M = *B.GetInsertBlock()->getModule();
  if (open_co::mayBeElsewhere(*Local)) {
    Value *Image = B.CreatePointerCast(Local, compat::ptrTy(B.getContext()));
    CallInst *Place = B.CreateCall(open_co::getLocalsAddress(M),
                                   {Origin, Image}, Local->getName());
    return B.CreatePointerCast(Place, Local->getType());
  }
  Type *Word = M.getDataLayout().getIntPtrType(B.getContext());
  // Not inbounds: Origin is no object, only the sum points into one.
  Value *Byte =
      B.CreateGEP(B.getInt8Ty(), Origin, ConstantExpr::getPtrToInt(Local, Word),
                  Local->getName());
  return B.CreatePointerCast(Byte, Local->getType());
}

Value *AddressWriter::writeAggregate(ConstantAggregate *C, Instruction *Place) {
  Value *Whole = PoisonValue::get(C->getType());
  for (unsigned I = 0, E = C->getNumOperands(); I != E; ++I) {
    Value *Element = write(C->getOperand(I), Place);
    IRBuilder<> B(Place);
    Whole = isa<ConstantVector>(C) ? B.CreateInsertElement(Whole, Element, I)
                                   : B.CreateInsertValue(Whole, Element, I);
  }
  return Whole;
}

Value *AddressWriter::write(Constant *C, Instruction *Place) {
  if (!Addresses.count(C))
    return C;
  IRBuilder<> B(Place);
  if (auto *Local = dyn_cast<GlobalVariable>(C))
    return writeLocal(Local, B);
  if (auto *Aggregate = dyn_cast<ConstantAggregate>(C))
    return writeAggregate(Aggregate, Place);
  Instruction *I = B.Insert(cast<ConstantExpr>(C)->getAsInstruction());
  for (Use &Operand : I->operands())
    Operand = write(cast<Constant>(Operand), I);
  return I;
}

/// Keeps ThreadSanitizer from looking at what \p Address, of an OS thread's own
/// variable, is used for: coroutines that share the thread share the variable,
/// and are not ordered by that.
static void leaveUnchecked(Value *Address) {
  for (User *U : Address->users()) {
    auto *I = dyn_cast<Instruction>(U);
    if (!I)
      continue;
    if (isa<CastInst, GetElementPtrInst>(I))
      leaveUnchecked(I);
    else if (getLoadStorePointerOperand(I) == Address)
      I->setMetadata("nosanitize", MDNode::get(I->getContext(), {}));
  }
}

void open_co::LocalUses::rewrite(Function &F, ArrayRef<Instruction *> Users,
                                 bool OfOsThread) {
  SmallVector<std::pair<Use *, Instruction *>, 16> Uses;
  SmallVector<Instruction *, 16> Places;
  for (Instruction *I : Users)
    for (Use &Operand : I->operands())
      if (Addresses.count(Operand)) {
        Places.push_back(placeOfOperand(*I, Operand.getOperandNo()));
        Uses.emplace_back(&Operand, Places.back());
      }

  AddressWriter Writer(Addresses, F, OfOsThread);
  // A C++ coroutine may be resumed in another of ours, with another copy.
  bool FindOften = OfOsThread || F.isPresplitCoroutine();
  if (!FindOften)
    Writer.findCopy(commonPlace(F, Places));

  // By place: edges of one switch to the same block need the same value.
  DenseMap<std::pair<Instruction *, Value *>, Value *> Written;
  for (auto [Operand, Place] : Uses) {
    Value *&Address = Written[{Place, Operand->get()}];
    if (!Address) {
      if (FindOften)
        Writer.findCopy(Place);
      Address = Writer.write(cast<Constant>(Operand->get()), Place);
    }
    Operand->set(Address);
  }

  for (Instruction *I : Users) {
    auto *Call = dyn_cast<IntrinsicInst>(I);
    if (!Call || !compat::isThreadLocalAddress(Call->getIntrinsicID()))
      continue;
    Call->replaceAllUsesWith(Call->getArgOperand(0));
    Call->eraseFromParent();
  }

  if (OfOsThread && F.hasFnAttribute(Attribute::SanitizeThread))
    for (const auto &Entry : Written)
      leaveUnchecked(Entry.second);
}
