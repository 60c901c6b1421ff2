// RUN: %open_co_clang -c %s -o %t.1.o
// RUN: %open_co_clang -c %S/Inputs/second.c -o %t.2.o
// RUN: %open_co_clang -r %t.1.o %t.2.o -o %t.o
// RUN: %open_co_clang -r -nostdlib %t.1.o %t.2.o -o %t.o
// RUN: %open_co_clang %t.o -o %t && %t
// RUN: for r in -Wl,-r "-Xlinker -r" "-Xlinker --relocatable" -Wl,-x,-r -Wl,--relocatable,-x -Wl,-i -Wl,-Ur "-Wl,-soname -Wl,x -Wl,-r"; do %open_co_clang -nostdlib -static $r %t.1.o %t.2.o -o %t.o && ! nm %t.o | grep -q 'T __oc_' && %open_co_clang -static %t.o -o %t && %t || exit 1; done
// RUN: for r in -Wl,-x,-r "-Xlinker -relocatable"; do %open_co_clang -fuse-ld=lld -nostdlib -static $r %t.1.o %t.2.o -o %t.o && ! nm %t.o | grep -q 'T __oc_' && %open_co_clang %t.o -o %t && %t || exit 1; done
// RUN: for r in -Wl,-rpath,-r "-Xlinker --soname -Xlinker -r" "-Wl,-u -Wl,-r"; do %open_co_clang $r %t.1.o %t.2.o -o %t && %t || exit 1; done
// Intent: -r takes no runtime; the link of its result does. It is not what an option's value is.
int second(void);

int main(void) { return second(); }
