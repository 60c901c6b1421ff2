// Runs a program in a thread of its own: its main, which the compiler was told
// to call program_main.

#include <pthread.h>
#include <stdlib.h>

int program_main(int Argc, char **Argv);

static int Count;

static void *run(void *Arguments) { exit(program_main(Count, Arguments)); }

int main(int Argc, char **Argv) {
  pthread_t Thread;
  Count = Argc;
  if (pthread_create(&Thread, NULL, run, Argv))
    abort();
  pthread_join(Thread, NULL);
}
