; RUN: opt -load-pass-plugin=%plugin -passes=open-co,verify -S %s | FileCheck %s
; Intent: an invoke of a libc function, which a C++ try block has, is redirected.
; CHECK: invoke i32 @__oc_usleep(i32 1)
; CHECK-NEXT: to label %ok unwind label %bad
define i32 @f() personality ptr @__gxx_personality_v0 {
  %r = invoke i32 @usleep(i32 1)
          to label %ok unwind label %bad
ok:
  ret i32 %r
bad:
  %e = landingpad { ptr, i32 } catch ptr null
  ret i32 -1
}

declare i32 @usleep(i32)
declare i32 @__gxx_personality_v0(...)
