/* syscall.S - syscall(2) for code that was not rebuilt. As libc's, but that
 * futex(2) goes to wakers.cpp. Weak, since a program may have its own. */
#include <sys/syscall.h>

        .text
        .weak   syscall
        .type   syscall, @function
syscall:
        .cfi_startproc
        endbr64
        cmpq    $SYS_futex, %rdi
        je      __oc_prebuilt_futex     /* With the same arguments. */
        movq    %rdi, %rax
        movq    %rsi, %rdi
        movq    %rdx, %rsi
        movq    %rcx, %rdx
        movq    %r8, %r10
        movq    %r9, %r8
        movq    8(%rsp), %r9
        syscall
        cmpq    $-4095, %rax
        jae     1f
        ret
1:      movq    %rax, %rdi
        jmp     __oc_prebuilt_failed
        .cfi_endproc
        .size   syscall, .-syscall

        .section .note.GNU-stack, "", @progbits
