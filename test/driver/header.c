// RUN: rm -rf %t && mkdir %t && echo 'int declared(void);' > %t/h.h
// RUN: %open_co_clang %t/h.h -o %t/h.h.pch
// RUN: %open_co_clang -x c-header %t/h.h -o %t/h.pch
// RUN: %open_co_clang -include-pch %t/h.pch %s -o %t/out && %t/out
// Intent: a precompiled header is neither linked nor refused.
int (*Pointer)(void) = 0;

int main(void) {
  return sizeof(declared()) != sizeof(int) || Pointer != 0;
}
