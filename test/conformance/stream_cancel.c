// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: a thread that waits in a stream, also a wide one, can be cancelled;
// the stream is free afterwards, and has no error. A request does not act where
// the buffer has what is asked for.
#include "check.h"
#include <wchar.h>

static FILE *In, *Out;
static pthread_mutex_t Inherit;
static int Exclusive;
/// The thread may use what the kernel ties to an OS thread.
static void become(void) {
  if (Exclusive)
    CHECK(pthread_mutex_lock(&Inherit) == 0 &&
          pthread_mutex_unlock(&Inherit) == 0);
}
static int InPipe[2], OutPipe[2];
static volatile int CleanedUp;
static char Bytes[8192];

static void cleanUp(void *Arg) {
  (void)Arg;
  CHECK(!ferror(In) && !ferror(Out));
  CHECK(ftrylockfile(In) == 0 && ftrylockfile(Out) == 0); // Nobody's.
  funlockfile(In);
  funlockfile(Out);
  ++CleanedUp;
}

static void doGetc(void) { fgetc(In); }
static void doGets(void) { (void)!fgets(Bytes, 100, In); }
static void doRead(void) { (void)!fread(Bytes, 1, 100, In); }
static void doGetline(void) {
  static char *Line;
  static size_t Size;
  (void)!getline(&Line, &Size, In);
}
static void doScan(void) { (void)!fscanf(In, "%100s", Bytes); }
static void doWrite(void) {
  for (;;)
    fwrite(Bytes, 1, sizeof(Bytes), Out);
}
static void doPrint(void) {
  for (;;)
    fprintf(Out, "%5000d", 1);
}
static void doPut(void) {
  for (;;)
    putc('x', Out);
}
static void doFlush(void) {
  for (;;) {
    fputs("x", Out);
    fflush(Out);
  }
}
static void doGetwc(void) { fgetwc(In); }
static void doGetws(void) { (void)!fgetws((wchar_t *)Bytes, 100, In); }
static void doScanWide(void) { (void)!fwscanf(In, L"%100s", Bytes); }
static void doPutwc(void) {
  for (;;)
    putwc(L'x', Out);
}
static void doPutws(void) {
  for (;;)
    fputws(L"a wide line\n", Out);
}
static void doPrintWide(void) {
  for (;;)
    fwprintf(Out, L"%5000d", 1);
}
static void (*const Calls[])(void) = {
    doGetc,  doGets,  doRead,  doGetline,  doScan,  doWrite, doPrint,    doPut,
    doFlush, doGetwc, doGetws, doScanWide, doPutwc, doPutws, doPrintWide};
enum { Count = sizeof(Calls) / sizeof(*Calls), Wide = 9 };

static int Pending;
static Gate Entered = GATE_INIT;

static void *waits(void *Arg) {
  int Old;
  become();
  pthread_cleanup_push(cleanUp, NULL);
  if (Pending) {
    CHECK(pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &Old) == 0);
    CHECK(pthread_cancel(pthread_self()) == 0);
    CHECK(pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, &Old) == 0);
  }
  post(&Entered);
  (*(void (**)(void))Arg)();
  CHECK(!"cancelled");
  pthread_cleanup_pop(0);
  return NULL;
}

static void one(int I) {
  CHECK(pipe(InPipe) == 0 && pipe(OutPipe) == 0);
  In = fdopen(InPipe[0], "r");
  Out = fdopen(OutPipe[1], "w");
  CHECK(write(InPipe[1], "ab", 2) == 2);
  int IsWide = I >= Wide; // The rest is in the buffer.
  CHECK((IsWide ? (int)fgetwc(In) : fgetc(In)) == 'a');
  CHECK((IsWide ? (int)fgetwc(In) : fgetc(In)) == 'b');
  Entered.Count = 0;
  CleanedUp = 0;
  pthread_t T = start(waits, (void *)&Calls[I]);
  await(&Entered, 1);
  if (!Pending) {
    sleepMs(2); // If it does not wait yet, the request is there when it does.
    CHECK(pthread_cancel(T) == 0);
  }
  CHECK(join(T) == PTHREAD_CANCELED && CleanedUp == 1);
  CHECK(write(InPipe[1], "c", 1) == 1);
  CHECK((IsWide ? (int)fgetwc(In) : fgetc(In)) == 'c');
  CHECK(fclose(In) == 0 && close(InPipe[1]) == 0 && close(OutPipe[0]) == 0);
  fclose(Out);
}

/// What needs no waiting goes on.
static void *buffered(void *Arg) {
  int Old;
  become();
  CHECK(fgetc(In) == 'a');
  CHECK(pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &Old) == 0);
  CHECK(pthread_cancel(pthread_self()) == 0);
  CHECK(pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, &Old) == 0);
  CHECK(fgetc(In) == 'b');
  CHECK(fputs("text", Out) == 1 && fprintf(Out, "%d", 1) == 1);
  *(int *)Arg = 1;
  fgetc(In);
  CHECK(!"cancelled");
  return NULL;
}
static void fromBuffer(void) {
  int P[2], Done = 0;
  CHECK(pipe(P) == 0 && write(P[1], "ab", 2) == 2);
  In = fdopen(P[0], "r");
  Out = fdopen(P[1], "w");
  CHECK(fputs("x", Out) == 1); // It has a buffer.
  CHECK(join(start(buffered, &Done)) == PTHREAD_CANCELED && Done);
  CHECK(fclose(Out) == 0);
  CHECK(fgets(Bytes, 16, In) && !strcmp(Bytes, "xtext1"));
  CHECK(fclose(In) == 0);
}

// A request that is there acts where a stream on a disk would be written, too;
// nothing is lost.
static FILE *OnDisk;
static void flushes(void) {
  fputs("x", OnDisk);
  fflush(OnDisk);
}
static void flushesAll(void) {
  fputs("x", OnDisk);
  fflush(NULL);
}
static void seeks(void) {
  fputs("x", OnDisk);
  fseek(OnDisk, 0, SEEK_SET);
}
static void rewinds(void) {
  fputs("x", OnDisk);
  rewind(OnDisk);
}
static void turnsToReading(void) {
  fputs("x", OnDisk);
  fread(Bytes, 1, 1, OnDisk);
}
static void writesLine(void) {
  setvbuf(OnDisk, NULL, _IOLBF, 100);
  fputs("x\n", OnDisk);
}
static void writesUnbuffered(void) {
  setvbuf(OnDisk, NULL, _IONBF, 0);
  fputs("xy", OnDisk);
}
static void writesByte(void) {
  setvbuf(OnDisk, NULL, _IONBF, 0);
  fputc('x', OnDisk);
}
static void writesBlock(void) { fwrite(Bytes, 1, sizeof Bytes, OnDisk); }
static void prints(void) { fprintf(OnDisk, "%08000d", 1); }
static void flushesWide(void) {
  putwc(L'x', OnDisk);
  fflush(OnDisk);
}
static const struct {
  void (*Call)(void);
  int Left; // Bytes in the file at last.
} Writes[] = {{flushes, 4},          {flushesAll, 4},     {seeks, 4},
              {rewinds, 4},          {turnsToReading, 4}, {writesLine, 5},
              {writesUnbuffered, 3}, {writesByte, 4},     {writesBlock, 3},
              {prints, 4099},        {flushesWide, 4}};

static void *cancelled(void *Arg) {
  int Old;
  become();
  CHECK(pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &Old) == 0);
  CHECK(pthread_cancel(pthread_self()) == 0);
  CHECK(pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, &Old) == 0);
  (*(void (**)(void))Arg)();
  CHECK(!"cancelled");
  return NULL;
}

static void toDisk(void) {
  for (size_t I = 0; I < sizeof Writes / sizeof *Writes; ++I) {
    OnDisk = tmpfile();
    CHECK(OnDisk);
    int Fd = dup(fileno(OnDisk));
    CHECK(write(Fd, "abc", 3) == 3);
    CHECK(join(start(cancelled, (void *)&Writes[I].Call)) == PTHREAD_CANCELED);
    CHECK(!ferror(OnDisk) && ftrylockfile(OnDisk) == 0);
    funlockfile(OnDisk);
    CHECK(lseek(Fd, 0, SEEK_END) == 3); // Nothing went out.
    CHECK(fclose(OnDisk) == 0);
    CHECK(lseek(Fd, 0, SEEK_END) == Writes[I].Left);
    CHECK(close(Fd) == 0);
  }
}

static void all(void) {
  for (Exclusive = 0; Exclusive < 2; ++Exclusive) {
    for (Pending = 0; Pending < 2; ++Pending)
      for (int I = 0; I < Count; ++I)
        one(I);
    fromBuffer();
    toDisk();
  }
}

int main(void) {
  pthread_mutexattr_t Attr;
  pthread_mutexattr_init(&Attr);
  pthread_mutexattr_setprotocol(&Attr, PTHREAD_PRIO_INHERIT);
  CHECK(pthread_mutex_init(&Inherit, &Attr) == 0);
  signal(SIGPIPE, SIG_IGN);
  all();
  inThread(all);
  return 0;
}
