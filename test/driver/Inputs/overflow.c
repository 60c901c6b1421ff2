// Threads that sleep, end early, and make the mistake that is asked for.
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void *endEarly(void *Arg) {
  char Frame[64];
  memset(Frame, 1, sizeof Frame);
  usleep(10);
  pthread_exit(Frame[7] == 1 ? Arg : 0);
}

static void *run(void *Mistake) {
  char Buffer[64];
  char *Heap = malloc(64);
  volatile int Index = 64;
  pthread_t Thread;
  void *Result = 0;
  memset(Buffer, 1, sizeof Buffer);
  for (int I = 0; I < 100; ++I)
    usleep(1);
  if (pthread_create(&Thread, 0, endEarly, Buffer) ||
      pthread_join(Thread, &Result) || Result != Buffer)
    abort();
  free(Heap);
  if (!strcmp(Mistake, "stack"))
    Buffer[Index] = 1;
  if (!strcmp(Mistake, "heap"))
    ((volatile char *)Heap)[Index - 1] = 1;
  return 0;
}

int main(int Argc, char **Argv) {
  pthread_t Threads[8];
  for (int I = 0; I < 8; ++I)
    if (pthread_create(&Threads[I], 0, run, Argc > 1 ? Argv[1] : ""))
      return 1;
  for (int I = 0; I < 8; ++I)
    pthread_join(Threads[I], 0);
  return 0;
}
