// RUN: split-file %s %t
// RUN: %clangxx %rewrite -mllvm -open-co-redirects=%t/list -S -emit-llvm %t/m.cpp -o - | FileCheck %s
// RUN: not %clangxx %rewrite -mllvm -open-co-redirects=%t/absent -S -emit-llvm %t/m.cpp -o - 2>&1 | FileCheck %s --check-prefix=ABSENT
// Intent: C++ functions have their names with parameter types, or mangled. So do
//         replacements, if the file uses them or they have the same parameters.

//--- list
ns::f(int) -> ns::g( int )
ns::f(unsigned long) -> _ZN5other1fEm
int ns::inlined<int>(int) -> plain
_ZN2ns1C1mEv -> method
ns::C::operator->() -> arrow
std::this_thread::yield() -> mine::yield()
ns::same(ns::C&) -> ns::alike(ns::C&)
ns::takes(ns::C&) -> used(long)

//--- absent
ns::f(int) -> ns::nowhere(long)

//--- m.cpp
#include <thread>
namespace ns {
int f(int);
int f(unsigned long);
int g(int);
template <class T> T inlined(T Value) { return Value; }
struct C {
  int m();
  C *operator->();
};
int same(C &);
int takes(C &);
} // namespace ns

// CHECK-LABEL: @_Z4userRN2ns1CE(
// CHECK: call {{.*}} @_ZN2ns1gEi({{.*}} 1)
// CHECK: call {{.*}} @_ZN5other1fEm({{.*}} 2)
// CHECK: call {{.*}} @plain({{.*}} 3)
// CHECK: call {{.*}} @arrow(
// CHECK: call {{.*}} @method(
// CHECK: call {{.*}} @_ZN2ns5alikeERNS_1CE(
// CHECK: call {{.*}} @_Z4usedl
// CHECK: call {{.*}} @_ZN4mine5yieldEv(
// CHECK: ret
int used(long Value) { return Value != 0; }
int user(ns::C &Object) {
  int Sum = ns::f(1) + ns::f(2UL) + ns::inlined(3) + Object->m() +
            ns::same(Object) + ns::takes(Object);
  std::this_thread::yield();
  return Sum;
}
// ABSENT: error: open-co: {{.*}}absent:1: 'ns::nowhere(long)' is unknown in {{.*}}m.cpp; give its mangled name
