// log.cpp - what waits for a terminal, or for the system's log.
#include "libc/opaque_wrapper.h"

#include <cstdarg>

OC_OPAQUE(int, tcdrain, (int Fd), (Fd))
// In the background these stop the process: SIGTTOU is the caller's there.
OC_OPAQUE_NOTHROW(int, tcflow, (int Fd, int Action), (Fd, Action))
OC_OPAQUE_NOTHROW(int, tcflush, (int Fd, int Queue), (Fd, Queue))
OC_OPAQUE_NOTHROW(int, tcsendbreak, (int Fd, int Time), (Fd, Time))
OC_OPAQUE_NOTHROW(int, tcsetattr, (int Fd, int When, const termios *T),
                  (Fd, When, T))
OC_OPAQUE_NOTHROW(int, tcsetpgrp, (int Fd, pid_t Group), (Fd, Group))
OC_OPAQUE(char *, getpass, (const char *Prompt), (Prompt))
OC_OPAQUE_VOID(psignal, (int Signal, const char *Text), (Signal, Text))
OC_OPAQUE_VOID(psiginfo, (const siginfo_t *Info, const char *Text),
               (Info, Text))
OC_OPAQUE_VOID(openlog, (const char *Name, int Options, int Facility),
               (Name, Options, Facility))
OC_OPAQUE_VOID(closelog, (), ())
OC_OPAQUE_VOID(vsyslog, (int Priority, const char *Format, va_list Args),
               (Priority, Format, Args))

// What fortified code calls.
extern "C" void __vsyslog_chk(int Priority, int Flag, const char *Format,
                              va_list Args);
OC_OPAQUE_VOID(__vsyslog_chk,
               (int Priority, int Flag, const char *Format, va_list Args),
               (Priority, Flag, Format, Args))

OC_WRAPPER void __oc_syslog(int Priority, const char *Format, ...) {
  va_list Args;
  va_start(Args, Format);
  __oc_vsyslog(Priority, Format, Args);
  va_end(Args);
}

OC_WRAPPER void __oc___syslog_chk(int Priority, int Flag, const char *Format,
                                  ...) {
  va_list Args;
  va_start(Args, Format);
  __oc___vsyslog_chk(Priority, Flag, Format, Args);
  va_end(Args);
}
