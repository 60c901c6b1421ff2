/* context.S - getcontext, setcontext and swapcontext(3), in libc's layout, so
 * that a context made by one side may be resumed by the other. Unlike libc's
 * they leave the OS thread's mask alone: context.cpp keeps the thread's. */

#define GREG(N) (40 + 8 * (N))          /* uc_mcontext.gregs, REG_... of N. */
#define R8_     GREG(0)
#define R9_     GREG(1)
#define R12_    GREG(4)
#define R13_    GREG(5)
#define R14_    GREG(6)
#define R15_    GREG(7)
#define RDI_    GREG(8)
#define RSI_    GREG(9)
#define RBP_    GREG(10)
#define RBX_    GREG(11)
#define RDX_    GREG(12)
#define RCX_    GREG(14)
#define RSP_    GREG(15)
#define RIP_    GREG(16)
#define FPREGS_ GREG(23)                /* A pointer to the memory below. */
#define FPMEM_  424
#define MXCSR_  (FPMEM_ + 24)

/* As if the present function had returned 0 to its caller. */
        .macro  SAVE_TO_RDI
        movq    %rbx, RBX_(%rdi)
        movq    %rbp, RBP_(%rdi)
        movq    %r12, R12_(%rdi)
        movq    %r13, R13_(%rdi)
        movq    %r14, R14_(%rdi)
        movq    %r15, R15_(%rdi)
        movq    (%rsp), %rcx
        movq    %rcx, RIP_(%rdi)
        leaq    8(%rsp), %rcx
        movq    %rcx, RSP_(%rdi)
        leaq    FPMEM_(%rdi), %rcx
        movq    %rcx, FPREGS_(%rdi)
        fnstenv (%rcx)
        fldenv  (%rcx)                  /* fnstenv has masked exceptions. */
        stmxcsr MXCSR_(%rdi)
        .endm

        .text
/* getcontext(to) */
        .weak   __oc_getcontext
        .type   __oc_getcontext, @function
__oc_getcontext:
        .cfi_startproc
        pushq   %rdi
        .cfi_adjust_cfa_offset 8
        call    __oc_context_keep_mask
        popq    %rdi
        .cfi_adjust_cfa_offset -8
        SAVE_TO_RDI
        xorl    %eax, %eax
        ret
        .cfi_endproc
        .size   __oc_getcontext, .-__oc_getcontext

/* swapcontext(to, from) */
        .weak   __oc_swapcontext
        .type   __oc_swapcontext, @function
__oc_swapcontext:
        .cfi_startproc
        pushq   %rdi
        .cfi_adjust_cfa_offset 8
        pushq   %rsi
        .cfi_adjust_cfa_offset 8
        subq    $8, %rsp
        .cfi_adjust_cfa_offset 8
        call    __oc_context_keep_mask
        movq    8(%rsp), %rdi
        call    __oc_context_set_mask
        addq    $8, %rsp
        .cfi_adjust_cfa_offset -8
        popq    %rsi
        .cfi_adjust_cfa_offset -8
        popq    %rdi
        .cfi_adjust_cfa_offset -8
        SAVE_TO_RDI
        movq    %rsi, %rdi
        jmp     1f
        .cfi_endproc
        .size   __oc_swapcontext, .-__oc_swapcontext

/* setcontext(from) */
        .weak   __oc_setcontext
        .type   __oc_setcontext, @function
__oc_setcontext:
        .cfi_startproc
        pushq   %rdi
        .cfi_adjust_cfa_offset 8
        call    __oc_context_set_mask
        popq    %rdi
        .cfi_adjust_cfa_offset -8
1:      movq    FPREGS_(%rdi), %rcx
        fldenv  (%rcx)
        ldmxcsr MXCSR_(%rdi)
        movq    RSP_(%rdi), %rsp
        .cfi_undefined %rip
        movq    RBX_(%rdi), %rbx
        movq    RBP_(%rdi), %rbp
        movq    R12_(%rdi), %r12
        movq    R13_(%rdi), %r13
        movq    R14_(%rdi), %r14
        movq    R15_(%rdi), %r15
        pushq   RIP_(%rdi)
        movq    RSI_(%rdi), %rsi        /* makecontext's arguments. */
        movq    RDX_(%rdi), %rdx
        movq    RCX_(%rdi), %rcx
        movq    R8_(%rdi), %r8
        movq    R9_(%rdi), %r9
        movq    RDI_(%rdi), %rdi
        xorl    %eax, %eax
        ret
        .cfi_endproc
        .size   __oc_setcontext, .-__oc_setcontext

/* Where a function that makecontext was given returns to: uc_link is in %rbx.
 * Nothing called it. */
        .hidden __oc_context_end
        .globl  __oc_context_end
        .type   __oc_context_end, @function
        .cfi_startproc
        .cfi_undefined %rip
        nop                             /* Unwinders look before it. */
__oc_context_end:
        movq    %rbx, %rdi
        call    __oc_context_continue
        ud2
        .cfi_endproc
        .size   __oc_context_end, .-__oc_context_end

        .section .note.GNU-stack, "", @progbits
