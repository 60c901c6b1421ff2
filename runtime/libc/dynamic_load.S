/* dynamic_load.S - dlopen(3) and dlmopen(3). libc looks at its return address:
 * it searches where the caller's library says. So it is jumped to. */

        .macro  OC_LOADER name
        .weak   __oc_\name
        .type   __oc_\name, @function
__oc_\name:
        .cfi_startproc
        pushq   %rdi
        .cfi_adjust_cfa_offset 8
        pushq   %rsi
        .cfi_adjust_cfa_offset 8
        pushq   %rdx
        .cfi_adjust_cfa_offset 8
        call    __oc_\name\()_begin
        popq    %rdx
        .cfi_adjust_cfa_offset -8
        popq    %rsi
        .cfi_adjust_cfa_offset -8
        popq    %rdi
        .cfi_adjust_cfa_offset -8
        jmp     \name@PLT
        .cfi_endproc
        .size   __oc_\name, .-__oc_\name
        .endm

        .text
        OC_LOADER dlopen
        OC_LOADER dlmopen

        .section .note.GNU-stack, "", @progbits
