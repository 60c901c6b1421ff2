// RUN: split-file %s %t
// RUN: %clang %rewrite -Wall -Wextra -Wpedantic -Werror -D_GNU_SOURCE -O0 -I%include -mllvm -open-co-redirects=%t/list -S -emit-llvm %t/m.c -o - | FileCheck %s
// RUN: %clangxx -x c++ %rewrite -U_GNU_SOURCE -Wall -Wextra -Wpedantic -Werror -D_GNU_SOURCE -O0 -I%include -mllvm -open-co-redirects=%t/list -S -emit-llvm %t/m.c -o - | FileCheck %s
// RUN: %clang %rewrite -Wall -Wextra -Wpedantic -Werror -D_GNU_SOURCE -O2 -I%include -mllvm -open-co-redirects=%t/list -S -emit-llvm %t/m.c -o - | FileCheck %s --check-prefix=FAST
// RUN: %clang -Wall -Wextra -Wpedantic -Werror -D_GNU_SOURCE -O2 -I%include -S %t/m.c -o - | FileCheck %s --check-prefix=PLAIN
// RUN: gcc -Wall -Wextra -Wpedantic -Werror -D_GNU_SOURCE -O2 -I%include -S %t/m.c -o - | FileCheck %s --check-prefix=PLAIN
// Intent: each attribute of open_co/attributes.h concerns what it stands on, in
//         C and C++; other compilers take the header without a warning.

//--- list
usleep -> my_usleep

//--- m.c
#include <errno.h>
#include <open_co/attributes.h>
#include <unistd.h>

#ifdef __cplusplus
extern "C" {
#define THREAD_LOCAL thread_local
#else
#define THREAD_LOCAL _Thread_local
#endif

typedef int (*sleeper)(useconds_t);

// CHECK-DAG: @redirected ={{.*}} global {{.*}}@my_usleep
sleeper redirected = usleep;
// CHECK-DAG: @native_pointer ={{.*}} global {{.*}}@usleep
OPEN_CO_NATIVE sleeper native_pointer = usleep;
// CHECK-DAG: @original_pointer ={{.*}} global {{.*}}@__oc_usleep
OPEN_CO_ORIGINAL sleeper original_pointer = usleep;
// CHECK-DAG: @{{.*}}kept{{.*}} = {{.*}}thread_local{{.*}} global i32 0
static OPEN_CO_OS_THREAD_LOCAL THREAD_LOCAL int kept;

// CHECK-LABEL: @native(
// CHECK: call {{.*}} @usleep(
// CHECK: call {{.*}} @pthread_like(
// CHECK: call {{.*}} @__oc___errno_location()
// CHECK: ret
int pthread_like(void);
OPEN_CO_NATIVE int native(void) {
  return usleep(1) + pthread_like() + errno + kept++;
}

// CHECK-LABEL: @original(
// CHECK: call {{.*}} @__oc_usleep(
OPEN_CO_ORIGINAL int original(void) { return usleep(2); }

// CHECK-LABEL: @one_call(
// CHECK: store {{.*}}@usleep
// CHECK: store {{.*}}@__oc_usleep
// CHECK: call {{.*}} @my_usleep(
// FAST-LABEL: @one_call(
// FAST-DAG: call {{.*}} @usleep({{.*}} 3)
// FAST-DAG: call {{.*}} @__oc_usleep({{.*}} 4)
// FAST-DAG: call {{.*}} @my_usleep({{.*}} 5)
// FAST: ret
// PLAIN-DAG: usleep
// PLAIN-NOT: open_co
int one_call(void) {
  return OPEN_CO_NATIVE_FUNCTION(usleep)(3) +
         OPEN_CO_ORIGINAL_FUNCTION(usleep)(4) + usleep(5);
}

// CHECK-LABEL: @static_local(
// CHECK-NOT: ret
// CHECK: load {{.*}}@{{.*}}raw
int static_local(void) {
  static OPEN_CO_NATIVE sleeper raw = usleep;
  return raw(6);
}

// It is recorded, for the time when there are safepoints.
// CHECK: @uninterrupted({{.*}} #[[#RECORDED:]]
OPEN_CO_NO_PREEMPT int uninterrupted(void) { return 1; }
// CHECK: attributes #[[#RECORDED]] = { {{.*}}"open_co.no_preempt"

#ifdef __cplusplus
}
#endif
