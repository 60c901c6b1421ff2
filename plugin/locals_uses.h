//===- locals_uses.h - Points code at a coroutine's own variables ---------===//

#ifndef OPEN_CO_PLUGIN_LOCALS_USES_H
#define OPEN_CO_PLUGIN_LOCALS_USES_H

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/IR/GlobalVariable.h"
#include "llvm/IR/Instruction.h"

namespace open_co {

using LocalSet = llvm::SetVector<llvm::GlobalVariable *>;

/// All uses of some variables by the code of their module, also from within
/// constant expressions.
class LocalUses {
public:
  explicit LocalUses(const LocalSet &Locals);

  /// \returns one of the variables whose address is in the initial value of a
  /// variable, which no running coroutine's could be; else null.
  const llvm::GlobalVariable *addressInInitializer() const { return Bad; }

  /// Makes code use the running coroutine's copies of the variables.
  void rewrite();

  /// Makes code find the OS thread's own variables anew at each use: LLVM would
  /// keep an address across a call after which it is another OS thread.
  void reload();

private:
  void collect(llvm::GlobalVariable &Local);
  void rewriteAll(bool OfOsThread);
  void rewrite(llvm::Function &F, llvm::ArrayRef<llvm::Instruction *> Users,
               bool OfOsThread);

  /// The variables, and the constants made from their addresses.
  llvm::DenseSet<const llvm::Value *> Addresses;
  llvm::MapVector<llvm::Function *, llvm::SmallVector<llvm::Instruction *, 8>>
      UsersOf;
  llvm::GlobalVariable *Bad = nullptr;
};

} // namespace open_co

#endif // OPEN_CO_PLUGIN_LOCALS_USES_H
