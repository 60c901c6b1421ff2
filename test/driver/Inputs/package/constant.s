	.globl	constant
	.data
constant:
	.long	1
	.section	.note.GNU-stack,"",@progbits
