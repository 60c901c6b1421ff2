//===- thread_pointer.cpp -------------------------------------------------===//

#include "thread_pointer.h"

#include "compat.h"
#include "marks.h"

#include "llvm/ADT/Statistic.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"

using namespace llvm;
using namespace open_co;

#define DEBUG_TYPE "open-co"
STATISTIC(NumThreadPointers, "Number of reads of the thread pointer replaced");

/// thread/thread_pointer.cpp of the runtime has it.
static constexpr StringLiteral Reader = "__oc_thread_word";

/// \returns what \p Text, an assembler template, reads from %fs if it is a
/// single move of a word from there to its output; "" otherwise.
static StringRef movedFromFs(StringRef Text) {
  Text = Text.trim(" \t\n;");
  if (!Text.consume_front("movq") && !Text.consume_front("mov"))
    return "";
  StringRef From, To;
  std::tie(From, To) = Text.split(',');
  From = From.trim();
  return From.consume_front("%fs:") && To.trim() == "$0" ? From : "";
}

/// \returns where in the OS thread's block \p I reads a word; null if it is no
/// such instruction.
static Value *offsetReadBy(Instruction &I) {
  auto *Call = dyn_cast<CallInst>(&I);
  if (!Call)
    return nullptr;
  const DataLayout &Layout = I.getModule()->getDataLayout();
  PointerType *Ptr = compat::ptrTy(I.getContext());
  if (Call->getIntrinsicID() == Intrinsic::thread_pointer)
    // What lies around it may be meant, too: glibc's area for rseq(2).
    return I.getModule()->getNamedValue("__rseq_offset")
               ? nullptr
               : ConstantPointerNull::get(Ptr);
  auto *Asm = dyn_cast<InlineAsm>(Call->getCalledOperand());
  if (!Asm || Call->getType()->isVoidTy() ||
      Layout.getTypeSizeInBits(Call->getType()) != 64)
    return nullptr;
  StringRef From = movedFromFs(Asm->getAsmString());
  if (From.empty())
    return nullptr;
  if (From == "$1")
    return Call->arg_size() == 1 &&
                   Call->getArgOperand(0)->getType()->isPointerTy()
               ? Call->getArgOperand(0)
               : nullptr;
  uint64_t Number;
  if (Call->arg_size() != 0 || From.getAsInteger(0, Number))
    return nullptr;
  return ConstantExpr::getIntToPtr(
      ConstantInt::get(Layout.getIntPtrType(I.getContext()), Number), Ptr);
}

/// Is code in \p F ours to change?
static bool isOurs(const Function &F) {
  return !F.isDeclaration() && !isMarked(F, NativeMark);
}

bool open_co::readsThreadPointer(Module &M) {
  for (Function &F : M)
    if (isOurs(F))
      for (Instruction &I : instructions(F))
        if (offsetReadBy(I))
          return true;
  return false;
}

bool open_co::replaceThreadPointer(Module &M) {
  SmallVector<std::pair<Instruction *, Value *>, 8> Reads;
  for (Function &F : M)
    if (isOurs(F))
      for (Instruction &I : instructions(F))
        if (Value *Offset = offsetReadBy(I))
          Reads.push_back({&I, Offset});
  for (auto [I, Offset] : Reads) {
    IRBuilder<> B(I);
    PointerType *Ptr = compat::ptrTy(I->getContext());
    CallInst *Word = B.CreateCall(M.getOrInsertFunction(Reader, Ptr, Ptr),
                                  {B.CreatePointerCast(Offset, Ptr)});
    Word->setDoesNotThrow();
    I->replaceAllUsesWith(B.CreateBitOrPointerCast(Word, I->getType()));
    I->eraseFromParent();
    ++NumThreadPointers;
  }
  return !Reads.empty();
}
