#include <unistd.h>

int work(void);

int work(void) { return usleep(1000); }
