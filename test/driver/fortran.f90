! REQUIRES: flang
! RUN: %flang -fpass-plugin=%plugin -c %s -o %t.o && nm %t.o | FileCheck %s
! RUN: %flang -S -emit-llvm %s -o %t.ll && %opt -S %t.ll | FileCheck %s
! RUN: %open_co_clang -Wno-override-module -c %t.ll -o %t.o && nm %t.o | FileCheck %s
! RUN: %flang %t.o -L%build/lib -lopen-co -Wl,-rpath,%build/lib -o %t && %t
! Intent: flang loads the plugin as clang does, and its IR is rewritten.

! CHECK: __oc_usleep
program waiter
  use iso_c_binding
  interface
    function usleep(time) bind(c)
      import :: c_int
      integer(c_int), value :: time
      integer(c_int) :: usleep
    end function
  end interface
  if (usleep(1000_c_int) /= 0) stop 1
end program
