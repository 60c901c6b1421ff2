/* sigsetjmp.S - sigsetjmp(3), with the caller's own mask: libc's saves that of
 * the OS thread. What returns twice cannot be called by a wrapper: libc's is
 * jumped to, and returns to the program. */
        .text
        .weak   __oc___sigsetjmp
        .type   __oc___sigsetjmp, @function
__oc___sigsetjmp:
        .cfi_startproc
        testl   %esi, %esi              /* Whether to save the mask. */
        jz      1f
        pushq   %rdi
        .cfi_adjust_cfa_offset 8
        pushq   %rsi
        .cfi_adjust_cfa_offset 8
        subq    $8, %rsp
        .cfi_adjust_cfa_offset 8
        call    __oc_save_mask
        addq    $8, %rsp
        .cfi_adjust_cfa_offset -8
        popq    %rsi
        .cfi_adjust_cfa_offset -8
        popq    %rdi
        .cfi_adjust_cfa_offset -8
1:      jmp     __sigsetjmp@PLT
        .cfi_endproc
        .size   __oc___sigsetjmp, .-__oc___sigsetjmp

/* __oc_call_on_stack(argument, function, top): calls function(argument), which
 * does not return, on the stack that ends at top. */
        .hidden __oc_call_on_stack
        .globl  __oc_call_on_stack
        .type   __oc_call_on_stack, @function
__oc_call_on_stack:
        .cfi_startproc
        .cfi_undefined %rip
        movq    %rdx, %rsp
        andq    $-16, %rsp
        xorl    %ebp, %ebp
        call    *%rsi
        ud2
        .cfi_endproc
        .size   __oc_call_on_stack, .-__oc_call_on_stack

        .section .note.GNU-stack, "", @progbits
