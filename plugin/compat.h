//===- compat.h - The LLVM 13 to 22 that the plugin is built against ------===//
//
// All that differs between the supported LLVM versions, so that the passes need
// no version checks of their own (but for enumerators that one version lacks).
//
//===----------------------------------------------------------------------===//

#ifndef OPEN_CO_PLUGIN_COMPAT_H
#define OPEN_CO_PLUGIN_COMPAT_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/IR/Attributes.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/DerivedTypes.h"
#include "llvm/IR/GlobalVariable.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Intrinsics.h"

#if LLVM_VERSION_MAJOR >= 22
#include "llvm/Plugins/PassPlugin.h" // IWYU pragma: export
#else
#include "llvm/Passes/PassPlugin.h" // IWYU pragma: export
#endif

#if __has_include("llvm/IR/AttributeMask.h")
#include "llvm/IR/AttributeMask.h" // IWYU pragma: export
#endif

#if __has_include("llvm/TargetParser/Triple.h")
#include "llvm/TargetParser/Triple.h" // IWYU pragma: export
#else
#include "llvm/ADT/Triple.h" // IWYU pragma: export
#endif

namespace open_co {
namespace compat {

#if LLVM_VERSION_MAJOR >= 14
using AttributeMask = llvm::AttributeMask;
#else
using AttributeMask = llvm::AttrBuilder;
#endif

/// Removes attributes of a function or call, but none of its parameters'.
template <typename FunctionOrCall>
void removeFnAttrs(FunctionOrCall &F, const AttributeMask &Mask) {
#if LLVM_VERSION_MAJOR >= 14
  F.removeFnAttrs(Mask);
#else
  F.removeAttributes(llvm::AttributeList::FunctionIndex, Mask);
#endif
}

inline void addFnAttr(llvm::CallInst &Call, llvm::Attribute::AttrKind Kind) {
#if LLVM_VERSION_MAJOR >= 14
  Call.addFnAttr(Kind);
#else
  Call.addAttribute(llvm::AttributeList::FunctionIndex, Kind);
#endif
}

inline const llvm::GlobalObject *aliaseeObject(const llvm::GlobalValue &GV) {
#if LLVM_VERSION_MAJOR >= 14
  return GV.getAliaseeObject();
#else
  return GV.getBaseObject();
#endif
}

inline bool startsWith(llvm::StringRef S, llvm::StringRef Prefix) {
#if LLVM_VERSION_MAJOR >= 16
  return S.starts_with(Prefix);
#else
  return S.startswith(Prefix);
#endif
}

/// `ptr`, or what stood for it while pointers had types.
inline llvm::PointerType *ptrTy(llvm::LLVMContext &C) {
#if LLVM_VERSION_MAJOR >= 17
  return llvm::PointerType::get(C, 0);
#else
  return llvm::Type::getInt8PtrTy(C);
#endif
}

/// Adds to \p Mask the function attributes that say what memory is touched.
inline void addMemoryAttributes(AttributeMask &Mask) {
  using llvm::Attribute;
#if LLVM_VERSION_MAJOR >= 16
  Mask.addAttribute(Attribute::Memory);
#else
  Mask.addAttribute(Attribute::ArgMemOnly);
  Mask.addAttribute(Attribute::InaccessibleMemOnly);
  Mask.addAttribute(Attribute::InaccessibleMemOrArgMemOnly);
#endif
  // From 16 on these are of parameters only, but harmless here.
  Mask.addAttribute(Attribute::ReadNone);
  Mask.addAttribute(Attribute::ReadOnly);
  Mask.addAttribute(Attribute::WriteOnly);
}

/// Is \p ID the intrinsic that turns a thread_local into its address (16+)?
inline bool isThreadLocalAddress(llvm::Intrinsic::ID ID) {
#if LLVM_VERSION_MAJOR >= 16
  return ID == llvm::Intrinsic::threadlocal_address;
#else
  (void)ID;
  return false;
#endif
}

/// The address of the thread_local \p Var on the OS thread that runs here.
inline llvm::Value *threadLocalAddress(llvm::IRBuilder<> &B,
                                       llvm::GlobalVariable &Var) {
#if LLVM_VERSION_MAJOR >= 16
  return B.CreateThreadLocalAddress(&Var);
#else
  (void)B;
  return &Var;
#endif
}

} // namespace compat
} // namespace open_co

#endif // OPEN_CO_PLUGIN_COMPAT_H
