//===- uses.cpp -----------------------------------------------------------===//

#include "uses.h"

#include "compat.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/IR/GlobalVariable.h"
#include "llvm/IR/InstrTypes.h"

using namespace llvm;
using namespace open_co;

namespace {

/// The constants that contain some global values.
class Containers {
public:
  /// Adds those that contain \p GV, and the places that use them.
  void collect(GlobalValue &GV, Places &Users) {
    GV.removeDeadConstantUsers();
    SmallVector<Constant *, 8> ToVisit{&GV};
    while (!ToVisit.empty()) {
      Constant *C = ToVisit.pop_back_val();
      if (!Found.insert(C).second)
        continue;
      for (User *U : C->users()) {
        if (isa<Instruction>(U))
          Users.insert(U);
        else if (auto *Var = dyn_cast<GlobalVariable>(U)) {
          if (!compat::startsWith(Var->getName(), "llvm."))
            Users.insert(Var);
        } else if (isa<ConstantExpr>(U) || isa<ConstantAggregate>(U))
          ToVisit.push_back(cast<Constant>(U));
      }
    }
  }

  bool contains(const Value *V) const { return Found.count(V); }

private:
  DenseSet<const Value *> Found;
};

} // namespace

Places open_co::placesOf(GlobalValue &GV) {
  Places Users;
  Containers().collect(GV, Users);
  return Users;
}

CallBase *open_co::asCallOf(User &Place, const GlobalValue &GV) {
  auto *Call = dyn_cast<CallBase>(&Place);
  return Call && Call->getCalledOperand()->stripPointerCasts() == &GV ? Call
                                                                      : nullptr;
}

/// \returns \p C with each of the global values in it replaced by what \p
/// Choose returns for it.
static Constant *rebuild(Constant *C, const Containers &In,
                         function_ref<Constant *(GlobalValue &)> Choose) {
  if (!In.contains(C))
    return C;
  if (auto *GV = dyn_cast<GlobalValue>(C))
    // The cast: the two may have been declared differently.
    return ConstantExpr::getPointerCast(Choose(*GV), GV->getType());
  SmallVector<Constant *, 8> Parts;
  for (Use &Part : C->operands())
    Parts.push_back(rebuild(cast<Constant>(Part), In, Choose));
  if (auto *Struct = dyn_cast<ConstantStruct>(C))
    return ConstantStruct::get(Struct->getType(), Parts);
  if (auto *Array = dyn_cast<ConstantArray>(C))
    return ConstantArray::get(Array->getType(), Parts);
  if (isa<ConstantVector>(C))
    return ConstantVector::get(Parts);
  return cast<ConstantExpr>(C)->getWithOperands(Parts);
}

void open_co::replaceUses(const Replacements &What,
                          function_ref<bool(GlobalValue &, User &)> Wanted) {
  Containers In;
  Places Users;
  for (const auto &Entry : What)
    In.collect(*Entry.first, Users);
  for (User *Place : Users)
    for (Use &Operand : Place->operands())
      if (In.contains(Operand))
        Operand.set(rebuild(
            cast<Constant>(Operand), In, [&](GlobalValue &GV) -> Constant * {
              return Wanted(GV, *Place) ? What.lookup(&GV) : &GV;
            }));
}
