#include <pthread.h>

extern "C" int work(void);

static void *run(void *Failed) {
  *static_cast<int *>(Failed) = work();
  return nullptr;
}

int main() {
  pthread_t Thread;
  int Failed = 1;
  if (pthread_create(&Thread, nullptr, run, &Failed) ||
      pthread_join(Thread, nullptr))
    return 1;
  return Failed;
}
