/* dynamic_load.S - dlopen(3). libc looks at its return address: it searches
 * where the caller's library says. So it is jumped to. */

        .text
        .weak   __oc_dlopen
        .type   __oc_dlopen, @function
__oc_dlopen:
        .cfi_startproc
        pushq   %rdi
        .cfi_adjust_cfa_offset 8
        pushq   %rsi
        .cfi_adjust_cfa_offset 8
        subq    $8, %rsp
        .cfi_adjust_cfa_offset 8
        call    __oc_dlopen_begin
        addq    $8, %rsp
        .cfi_adjust_cfa_offset -8
        popq    %rsi
        .cfi_adjust_cfa_offset -8
        popq    %rdi
        .cfi_adjust_cfa_offset -8
        jmp     dlopen@PLT
        .cfi_endproc
        .size   __oc_dlopen, .-__oc_dlopen

        .section .note.GNU-stack, "", @progbits
