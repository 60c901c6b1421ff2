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
environment = {f"{name}_OPTIONS": options for name in "ASAN MSAN TSAN UBSAN".split()}
# What libc itself leaks: streams that freopen gave up, buffers that setvbuf did.
environment["LSAN_OPTIONS"] = "suppressions=" + os.path.join(
    os.path.dirname(os.path.abspath(__file__)), "Inputs", "leaks.txt"
)

# Of test/e2e.
programs = {
    "the sanitizer reserves terabytes": "create_fails.c",
    "it is not for static programs": "static_link.c static_link_cxx.cpp",
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
            libcxx_threads.cpp openmp_prebuilt.cpp std_at_thread_exit.cpp
            std_future.cpp std_thread.cpp tbb_prebuilt.cpp terminate.cpp
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
        + """ fclose.c names_async.c libcxx_recursive_static.cpp own_next.c
            recursive_static.cpp thread_attributes.c vfork.c""",
        "a thread of the sanitizer's": """
            idle.c native_program.cpp stack_frame_pointers.cpp""",
        "the sanitizer's stack of calls overflows first": """
            fault_handlers.c stack_overflow.c""",
        "it takes EINVAL for an invalid mutex or thread": """
            cancel_pending.c mutex_timed.c thread_scheduling.c""",
        **programs,
        "a library that is not instrumented": """
            exceptions_crowd.cpp exit_unwinds.cpp libcxx_futures.cpp
            libcxx_programs.cpp libcxx_threads.cpp openmp.cpp openmp_prebuilt.cpp
            resolver.c std_at_thread_exit.cpp tbb_prebuilt.cpp""",
        "cancelled calls, and main as a thread": """
            cancel_main.c cancel_points.c main_exits.c thread_join.c""",
        "races, on purpose, and with handlers": """
            cancel_anywhere.c close_while_reading.c cond.c cond_mutexes.c
            main_returns.c signal_before_call.c signal_compat.c
            signal_fork_in_wait.c signal_partial.c signal_process.c signal_read.c
            signal_waits.c socket_ends.c socket_timeouts.c spinning.c
            stream_cookie.c stream_input.c stream_output.c stream_signals.c
            thread_id.c timers.c""",
        "handlers that change errno": "sigaltstack.c signal_target.c",
        # Until the thread's next call that it knows, and others are blocked.
        "signals that are put off": """
            calls_by_other_names.c file_size_limit.c handler_exits.c
            handler_nested.c poll_masks.c signal_at_end.c signal_flags.c
            signal_fork.c signal_queue.c signal_to_self.c""",
    },
    "undefined": refused,
}


class Format(lit.formats.ShTest):
    """Leaves out what a sanitizer stops natively, too."""

    def __init__(self, opt, **kw):
        super().__init__(**kw)
        self.excluded = {
            test: reason
            for name, reasons in excluded.items()
            if f"-fsanitize={name}" in opt
            for reason, tests in reasons.items()
            for test in tests.split()
        }

    def execute(self, test, lit_config):
        reason = self.excluded.get(test.path_in_suite[-1])
        if reason:
            return lit.Test.UNSUPPORTED, reason
        return super().execute(test, lit_config)
