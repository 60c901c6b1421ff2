// script.h - what the parts of the interpreter share; operations need run.h
// only.
#ifndef OPEN_CO_TEST_FUZZ_SCRIPT_H
#define OPEN_CO_TEST_FUZZ_SCRIPT_H

#include "run.h"

extern const Op __start_fuzz_ops[], __stop_fuzz_ops[];

extern Lane Lanes[MaxLanes];
extern int NumLanes, NumThreads, UseMain;

void readScript(const char *Path);
/// Ends the tester, whose use or whose surroundings are wrong.
__attribute__((noreturn, format(printf, 1, 2))) void fail(const char *Format,
                                                          ...);

/// The handler of all signals.
void onSignal(int Signal);
/// For the running thread, which has begun.
void prepareThread(ThreadState *T);
/// Before the first thread.
void prepareApart(void);
/// Makes a step's call: on this thread, so that it may be left by siglongjmp,
/// or on a thread of its own, which may be cancelled.
void makeCall(Run *R);

#endif
