# RUN: %open_co_clang -c %s -o %t.o
# RUN: cp %s %t.S && %open_co_clang -c %t.S -o %t.o
# RUN: %open_co_clang -c -x assembler %s -o %t.o
# RUN: %open_co_clang -c -x assembler-with-cpp - -o %t.o < %s
# RUN: %open_co_clang %t.o %S/Inputs/second.c -o %t && %t
# RUN: %open_co_clang %s %S/Inputs/second.c -o %t && %t
# RUN: %open_co_clang -O2 %s %S/Inputs/second.c -o %t && %t
# Intent: assembly is not compiled, so the plugin's flags must not be noticed.
	.globl	main
main:
	jmp	second@PLT
	.section	.note.GNU-stack,"",@progbits
