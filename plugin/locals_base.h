//===- locals_base.h - Finds the running coroutine's variables ------------===//
//
// The contract with the runtime. A program and each shared library have a
// section oc_locals, the image: the initial values of their coroutine locals.
// A coroutine has a copy of each image whose variables it uses. The distance
// from an image to its copy is the copy's origin, so `x` is at origin + &x.
//
//   thread_local char *__oc_locals_base   the origin of the program's copy, or
//                                         null
//   thread_local Origins *__oc_locals_origins   those of all copies:
//       { size_t Size;           in bytes, with this word; then, at the offset
//         char *Origin[]; }      that is the library's slot, its origin or null
//   char *__oc_locals_init(slot, start, stop)    makes the copy; the origin
//   char *__oc_locals_elsewhere(&x)    where `x` is if its image is not the
//                                      caller's; null if there is no `x`
//   void __oc_locals_attach(slot, start, stop)   an image was loaded, and is
//   void __oc_locals_detach(slot)                about to be unloaded
//
// `slot` points to the library's __oc_locals_slot, ~0 until the runtime sets
// it. A copy is congruent with its image modulo MaxLocalAlign, or as far as the
// image's place tells of its alignment.
//
// Only programs use __oc_locals_base, and define it themselves, so that reading
// it is one instruction; a linker refuses that instruction in a shared library.
// What was compiled for a shared library works in a program, too.
//
//===----------------------------------------------------------------------===//

#ifndef OPEN_CO_PLUGIN_LOCALS_BASE_H
#define OPEN_CO_PLUGIN_LOCALS_BASE_H

#include "llvm/IR/GlobalVariable.h"
#include "llvm/IR/PassManager.h"

namespace open_co {

constexpr const char *LocalsSection = "oc_locals";
constexpr unsigned MaxLocalAlign = 4096;

/// \returns the function that returns the origin of the running coroutine's
/// copy of this program's or library's image, adding it to \p M if need be.
///
/// A coroutine's copy never moves, so the function is one that reads nothing
/// and that may be called at any time, which is how calls of it get merged and
/// leave loops; for that it must not be inlined before InlineBasePass.
llvm::Function *getLocalsOrigin(llvm::Module &M);

/// \returns the function that, from that origin and &x, returns where `x` is,
/// be it in this image or in another's. The same holds for it.
llvm::Function *getLocalsAddress(llvm::Module &M);

/// Makes the runtime know the image of what \p M is linked into, as
/// getLocalsOrigin() does: others may use it that have no other way to it.
void registerImage(llvm::Module &M);

/// Whether \p Var, which is or was a thread_local, may be in another library or
/// be missing: then getLocalsAddress() has to tell.
bool mayBeElsewhere(const llvm::GlobalVariable &Var);

/// Inlines what the two made. Belongs at the end of the pipeline.
struct InlineBasePass : llvm::PassInfoMixin<InlineBasePass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);

  static bool isRequired() { return true; }
};

} // namespace open_co

#endif // OPEN_CO_PLUGIN_LOCALS_BASE_H
