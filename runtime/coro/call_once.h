// call_once.h - where libstdc++'s std::call_once leaves its callable (<mutex>):
// in these variables of the OS thread, for __once_proxy, which it gives to
// pthread_once. Absent in C programs.
#ifndef OPEN_CO_CORO_CALL_ONCE_H
#define OPEN_CO_CORO_CALL_ONCE_H

extern "C" {
extern __thread void *_ZSt15__once_callable
    __attribute__((weak, tls_model("initial-exec")));
extern __thread void (*_ZSt11__once_call)()
    __attribute__((weak, tls_model("initial-exec")));
void __once_proxy() __attribute__((weak));
}

#endif
