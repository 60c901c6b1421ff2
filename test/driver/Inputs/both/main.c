// Threads that hand numbers on through pipes; work.c has their code.
#include <stdio.h>

#include "work.h"

int main(void) {
  printf("%d\n", work(4));
  return 0;
}
