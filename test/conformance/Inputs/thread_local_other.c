// The other translation unit of thread_local.c.
__thread int Shared = 41;
__thread char Text[16] = "initial";
static __thread int Hidden = 7;

int *sharedAddress(void) { return &Shared; }
int nextHidden(void) { return Hidden++; }
