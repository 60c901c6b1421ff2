//===- user_redirects.cpp -------------------------------------------------===//

#include "user_redirects.h"

#include "compat.h"
#include "cxx_names.h"
#include "marks.h"
#include "redirect.h"
#include "redirect_list.h"
#include "remarks.h"
#include "uses.h"

#include "llvm/ADT/Statistic.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"

#define DEBUG_TYPE "open-co"

using namespace llvm;
using namespace open_co;

STATISTIC(NumUserRedirected, "Number of functions the user redirected");

/// Can other files call \p GV? A static function is not what a line means.
static bool isPublicFunction(const GlobalValue &GV) {
  return isa<FunctionType>(GV.getValueType()) && !GV.hasLocalLinkage();
}

/// \returns what is called \p Name in \p M, or null.
static GlobalValue *findNamed(Module &M, StringRef Name) {
  if (!isCxxName(Name)) {
    GlobalValue *GV = M.getNamedValue(Name);
    return GV ? GV : M.getNamedValue(("\1" + Name).str());
  }
  for (GlobalValue &GV : M.global_values())
    if (isPublicFunction(GV) && compat::startsWith(linkerName(GV), "_Z") &&
        cxxName(linkerName(GV)) == Name)
      return &GV;
  return nullptr;
}

static Function *declareLike(const GlobalValue &From, StringRef Name,
                             Module &M) {
  auto *New = Function::Create(cast<FunctionType>(From.getValueType()),
                               GlobalValue::ExternalLinkage,
                               From.getAddressSpace(), Name, &M);
  if (const auto *F = dyn_cast<Function>(&From)) {
    New->setAttributes(F->getAttributes());
    New->setCallingConv(F->getCallingConv());
  }
  return New;
}

/// \returns the replacement for \p From, or null after an error.
static GlobalValue *target(GlobalValue &From, const RedirectList::Line &Line) {
  Module &M = *From.getParent();
  auto Fail = [&](const Twine &Why) {
    M.getContext().emitError("open-co: " + Line.Place + ": '" + Line.To + "' " +
                             Why);
    return nullptr;
  };
  if (GlobalValue *Found = findNamed(M, Line.To)) {
    if (!isPublicFunction(*Found))
      return Fail("is not a function that other files can call");
    return Found;
  }
  std::string Name = Line.To;
  if (isCxxName(Name)) {
    Name = mangleLike(linkerName(From), Name);
    if (Name.empty())
      return Fail("is unknown in " + M.getSourceFileName() +
                  "; give its mangled name");
  }
  return declareLike(From, Name, M);
}

bool open_co::applyUserRedirects(Module &M, const RedirectList &List) {
  if (List.empty())
    return false;
  MapVector<GlobalValue *, const RedirectList::Line *> Lines;
  for (GlobalValue &GV : M.global_values())
    if (isPublicFunction(GV))
      if (const RedirectList::Line *Line = List.find(linkerName(GV)))
        Lines.insert({&GV, Line});

  Replacements What;
  for (auto [From, Line] : Lines) {
    GlobalValue *To = target(*From, *Line);
    if (!To)
      return false;
    What.insert({From, To});
  }
  replaceUses(What, [&](GlobalValue &From, User &Place) {
    const auto *I = dyn_cast<Instruction>(&Place);
    Constant *To = What.lookup(&From);
    if (redirectsIn(Place) != Redirects::All ||
        (I &&
         compat::aliaseeObject(*cast<GlobalValue>(To)) == I->getFunction()))
      return false;
    remarkRedirected(Place, From, linkerName(cast<GlobalValue>(*To)));
    return true;
  });
  for (auto [From, To] : What)
    if (auto *F = dyn_cast<Function>(To))
      forgetPromises(*F);
  NumUserRedirected += What.size();
  return !What.empty();
}
