/* vfork.S - vfork(2) as libc does it, and a mark on this OS thread: the child
 * runs in the parent's memory and on its stack until it execs, and each wrapper
 * that it calls is the plain call. The return address is kept in a register,
 * since the child overwrites it on the stack. */
#include <sys/syscall.h>

        .text
        .weak   __oc_vfork
        .type   __oc_vfork, @function
__oc_vfork:
        .cfi_startproc
        .weak   __tsan_acquire
        movq    __tsan_acquire@GOTPCREL(%rip), %rax
        testq   %rax, %rax
        jnz     fork@PLT                /* As its own vfork: it notes calls. */
        subq    $8, %rsp
        .cfi_adjust_cfa_offset 8
        call    __oc_vfork_begin
        addq    $8, %rsp
        .cfi_adjust_cfa_offset -8
        popq    %rdi
        .cfi_adjust_cfa_offset -8
        .cfi_register %rip, %rdi
        movl    $SYS_vfork, %eax
        syscall                         /* Keeps %rdi. */
        pushq   %rdi
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %rip, 0
        testq   %rax, %rax
        jz      1f
        subq    $8, %rsp
        .cfi_adjust_cfa_offset 8
        movq    %rax, %rdi
        call    __oc_vfork_end
        addq    $8, %rsp
        .cfi_adjust_cfa_offset -8
        ret
1:      subq    $8, %rsp                /* The child. */
        .cfi_adjust_cfa_offset 8
        call    __oc_vfork_child
        addq    $8, %rsp
        .cfi_adjust_cfa_offset -8
        xorl    %eax, %eax
        ret
        .cfi_endproc
        .size   __oc_vfork, .-__oc_vfork

        .section .note.GNU-stack, "", @progbits
