// RUN: %open_co_clang -c %s -o %t.1.o
// RUN: %open_co_clang -c %S/Inputs/second.c -o %t.2.o
// RUN: %open_co_clang -r %t.1.o %t.2.o -o %t.o
// RUN: %open_co_clang -r -nostdlib %t.1.o %t.2.o -o %t.o
// RUN: %open_co_clang %t.o -o %t && %t
// Intent: -r takes no runtime; the link of its result does.
int second(void);

int main(void) { return second(); }
