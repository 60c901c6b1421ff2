; RUN: opt -load-pass-plugin=%plugin -passes=open-co,verify -S %s | FileCheck %s
; Intent: in oneTBB's own source, rebuilt, threads stay coroutines.

; CHECK-LABEL: define void @_ZN3tbb6detail2r17enqueueEv(
; CHECK-NEXT: call void @_ZN3tbb6detail2r16submitEv()
define void @_ZN3tbb6detail2r17enqueueEv() {
  call void @_ZN3tbb6detail2r16submitEv()
  ret void
}

declare void @_ZN3tbb6detail2r16submitEv()
