// RUN: rm -rf %t && mkdir %t && cd %t && echo 'usleep -> my_usleep' > list
// RUN: %build/bin/open-co-clang -O2 -Rpass=open-co -Rpass-missed=open-co --open-co-redirects=list -c %s -o a.o 2>&1 | FileCheck %s
// RUN: %build/bin/open-co-clang -O0 -Rpass=open-co --open-co-redirects=list -c %s -o a.o 2>&1 | FileCheck --check-prefix=PASSED %s
// RUN: %open_co_clang -O2 -c %s -o a.o 2>&1 | FileCheck --check-prefix=NONE --allow-empty %s
// RUN: %clang -O2 -fpass-plugin=%plugin -fsave-optimization-record -foptimization-record-file=a.yaml -I %build/include -c %s -o a.o
// RUN: FileCheck --check-prefix=RECORD --input-file=a.yaml %s
// Intent: remarks name each call that is redirected, and what cannot be, with
//         its place; nobody who did not ask gets any.

// PASSED-NOT: not redirected
// NONE-NOT: remark

#include <netdb.h>
#include <open_co/attributes.h>
#include <unistd.h>

int curl_easy_perform(void *Handle);
int flock(int Fd, int Operation);

OPEN_CO_NATIVE int native(void) {
  // CHECK-DAG: remarks.c:[[#@LINE+1]]:10: remark: call of 'usleep' not redirected: the code is marked native
  return usleep(1);
}

int rewritten(char *Byte) {
  long Result;
  // CHECK-DAG: remarks.c:[[#@LINE+2]]:3: remark: call of 'usleep' redirected to 'my_usleep'
  // PASSED-DAG: remarks.c:[[#@LINE+1]]:3: remark: call of 'usleep' redirected to 'my_usleep'
  usleep(2);
  // CHECK-DAG: remarks.c:[[#@LINE+1]]:3: remark: system call in inline assembly not redirected
  __asm__ volatile("syscall" : "=a"(Result) : "0"(39) : "rcx", "r11", "memory");
  // CHECK-DAG: remarks.c:[[#@LINE+1]]:3: remark: call of 'curl_easy_perform' not redirected: it can block an OS thread, unless libcurl is rewritten too
  curl_easy_perform(0);
  // CHECK-DAG: remarks.c:[[#@LINE+1]]:3: remark: call of 'rcmd' not redirected: it can block an OS thread
  rcmd(0, 0, 0, 0, 0, 0);
  // CHECK-DAG: remarks.c:[[#@LINE+1]]:3: remark: call of 'fork' not redirected: runs natively
  fork();
  // CHECK-DAG: remarks.c:[[#@LINE+2]]:16: remark: call of 'read' redirected to '__oc_read'
  // PASSED-DAG: remarks.c:[[#@LINE+1]]:16: remark: call of 'read' redirected to '__oc_read'
  return (int)(read(0, Byte, 1) + Result);
}

// CHECK-DAG: remarks.c:[[#@LINE+1]]:{{[0-9]+}}: remark: 'pipe' not redirected: the program defines it
int pipe(int Fds[2]) { return Fds[0]; }

// RECORD: --- !Passed
// RECORD: Pass: {{ *}}open-co
// RECORD: Name: {{ *}}Redirected
// RECORD: Function: {{ *}}rewritten
