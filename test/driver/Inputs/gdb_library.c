// A thread_local of a library that is loaded by dlopen: of main, of a coroutine
// that has set it, and of one that has not used it.
#ifdef LIBRARY
__thread int Shared = 5;
static __thread struct {
  int First;
  char Text[8];
} Hidden = {1, "lib"};
void set(int Value) {
  Shared = Value;
  Hidden.First = Value + 1;
}
#else
#include <dlfcn.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>

static sem_t There, Go;
static void (*Set)(int);

static void *run(void *Value) {
  if (Value)
    Set((int)(long)Value);
  sem_post(&There);
  sem_wait(&Go);
  return NULL;
}

void everyoneIsThere(void) {}

int main(int Count, char **Args) {
  void *Library = dlopen(Args[Count - 1], RTLD_NOW);
  if (!Library)
    abort();
  *(void **)&Set = dlsym(Library, "set");
  sem_init(&There, 0, 0);
  sem_init(&Go, 0, 0);
  pthread_t T[2];
  for (long I = 0; I < 2; ++I) {
    pthread_create(&T[I], NULL, run, I ? NULL : (void *)100);
    sem_wait(&There);
  }
  Set(50);
  everyoneIsThere();
  for (int I = 0; I < 2; ++I)
    sem_post(&Go);
  for (int I = 0; I < 2; ++I)
    pthread_join(T[I], NULL);
  return 0;
}
#endif
