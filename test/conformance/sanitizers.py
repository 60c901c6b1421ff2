# How programs run with -fsanitize=..., and which do not even natively.
import os

import lit.Test
import lit.formats

# Without what a sanitizer changes of the process that it watches: its signal
# handlers and stacks, and that it stops what programs do wrong on purpose.
options = ":".join(
    [
        *(f"handle_{name}=0" for name in "segv sigbus sigfpe sigill abort".split()),
        "use_sigaltstack=0",
        "detect_invalid_join=0",
        "report_mutex_bugs=0",
        "report_destroy_locked=0",
        "report_signal_unsafe=0",
        "die_after_fork=0",
        "halt_on_error=1",
    ]
)


def watches_program(opt):
    """Whether the program's own accesses are looked at, too, and not only those of
    an instrumented runtime."""
    return "-fsanitize-ignorelist=" not in opt


def environment(opt):
    settings = options
    if not watches_program(opt):  # Nor what it gives to functions of libc.
        settings += ":ignore_interceptors_accesses=1"
    values = {f"{name}_OPTIONS": settings for name in "ASAN MSAN TSAN UBSAN".split()}
    return {**values, "LSAN_OPTIONS": f"suppressions={leaks}"}


# What libc itself leaks: streams that freopen gave up, buffers that setvbuf did.
leaks = os.path.join(
    os.path.dirname(os.path.abspath(__file__)), "Inputs", "leaks.txt"
)

# Of test/e2e.
programs = {
    "the sanitizer reserves terabytes": "create_fails.c",
    "it is not for static programs": """
        static_link.c static_link_cxx.cpp static_link_libcxx.cpp""",
}

# Its functions stand in front of libc's, and do not all do the same.
in_front = """
    own_malloc.c own_clock.c dlerror.c stack_locked.c stream_checked.c prctl.c"""

refused = {"no RTLD_DEEPBIND, nor namespaces without it": "prebuilt_loaded.c"}

# What a sanitizer stops natively, too; by reason.
excluded = {
    "address": {
        **refused,
        "the sanitizer's functions differ from libc's": in_front,
        "pthread_create changes the mask": "thread_attributes.c",
        "a child does not see what only other threads' stacks point to": "ucontext.c",
        "leaks are not found where system calls are refused": "refuses_kernel.c",
        **programs,
    },
    "memory": {
        **refused,
        "the sanitizer's functions differ from libc's": in_front + " own_next.c",
        "it is not ready yet": "before_constructors.c",
        "a library that is not instrumented": """
            cancel_unwinds.cpp exception_ptr.cpp exceptions.cpp
            exceptions_contexts.cpp exceptions_crowd.cpp exit_unwinds.cpp
            libcxx_futures.cpp libcxx_locks.cpp libcxx_programs.cpp
            libcxx_threads.cpp openmp_prebuilt.cpp prebuilt_wakes.cpp
            prebuilt_wakes_objects.cpp prebuilt_wakes_program.cpp
            std_at_thread_exit.cpp std_future.cpp std_thread.cpp
            tbb_prebuilt.cpp terminate.cpp
            thread_local_dlopen_objects.cpp
            thread_local_shapes.cpp""",
        "calls that the sanitizer does not know": """
            aio.c close_while_transferring.c cpu_clocks.c names_databases.c
            poll_masks.c queues.c resolver.c signal_wait.c stream_cookie.c
            stream_wide.c
            thread_id.c timers.c""",
        "handlers of faults have less room (docs/semantics.md)": "fault_handlers.c",
        "what a call saves on the stack": "stack_frame_pointers.cpp",
    },
    "thread": {
        **refused,
        "the sanitizer's functions differ from libc's": in_front
        + """ fclose.c names_async.c libcxx_prebuilt_wakes.cpp
            libcxx_recursive_static.cpp own_next.c prebuilt_wakes.cpp
            prebuilt_wakes_objects.cpp prebuilt_wakes_program.cpp
            libcxx_prebuilt_wakes_program.cpp recursive_static.cpp
            thread_attributes.c vfork.c""",
        "a thread of the sanitizer's": """
            idle.c native_program.cpp stack_frame_pointers.cpp""",
        "the sanitizer's stack of calls overflows first": """
            fault_handlers.c stack_overflow.c""",
        "it takes EINVAL for an invalid mutex or thread": """
            cancel_pending.c mutex_timed.c thread_scheduling.c""",
        **programs,
        "a library that is not instrumented": "openmp.cpp tbb_prebuilt.cpp",
        "cancelled calls, and main as a thread": """
            cancel_anywhere.c cancel_main.c cancel_points.c main_exits.c
            thread_join.c""",
        "handlers that change errno": "sigaltstack.c signal_target.c",
        "races in what it reads, on purpose": "stream_input.c",
        # Until the thread's next call that it knows, and others are blocked.
        "signals that are put off": """
            calls_by_other_names.c file_size_limit.c handler_exits.c
            handler_nested.c poll_masks.c signal_at_end.c signal_flags.c
            signal_fork.c signal_queue.c signal_to_self.c thread_id.c
            timers.c""",
    },
    "undefined": refused,
}

# The same, but it can be told not to watch the program itself.
excluded_watched = {
    "thread": {
        "a library that is not instrumented": """
            exceptions_crowd.cpp exit_unwinds.cpp libcxx_futures.cpp
            libcxx_programs.cpp libcxx_threads.cpp openmp_prebuilt.cpp
            resolver.c std_at_thread_exit.cpp""",
        "races, on purpose, and with handlers": """
            close_while_reading.c cond.c cond_mutexes.c main_returns.c
            signal_before_call.c signal_compat.c signal_fork_in_wait.c
            signal_partial.c signal_process.c signal_read.c signal_waits.c
            socket_ends.c socket_timeouts.c spinning.c stream_cookie.c
            stream_output.c stream_signals.c""",
    },
}


def reasons(lists, opt):
    return {
        test: reason
        for name, tests_of in lists.items()
        if f"-fsanitize={name}" in opt
        for reason, tests in tests_of.items()
        for test in tests.split()
    }


class Format(lit.formats.ShTest):
    """Leaves out what a sanitizer stops natively, too."""

    def __init__(self, opt, **kw):
        super().__init__(**kw)
        self.excluded = reasons(excluded, opt)
        self.needs_rest = not watches_program(opt)
        self.rest = reasons(excluded_watched, opt)

    def execute(self, test, lit_config):
        name = test.path_in_suite[-1]
        reason = self.excluded.get(name)
        if self.needs_rest and name not in self.rest:
            reason = "it is watched elsewhere"
        elif not self.needs_rest:
            reason = reason or self.rest.get(name)
        if reason:
            return lit.Test.UNSUPPORTED, reason
        return super().execute(test, lit_config)
