/*
 * Hypercalls whose argument is a structure in memory, or a list of them.  For cases; include it after conformance.h.
 *
 *     clear_structure                             all zero, for the next call
 *     put32   sched_poll_nr_ports, 129            its fields, by abi.h's offsets: put16, put32, put64
 *     operation HYPERVISOR_sched_op, SCHEDOP_poll x0 = the call's result
 *     get32   x1, evtchn_status_status            what Xen wrote: get16, get16s (signed), get32, get64
 *
 * The structure is in the kernel's data, mapped, 512 bytes long and aligned, so it crosses no page.
 * put and get spoil x9 and x10; put_reg forms take a register other than those.
 */
#ifndef CONFORMANCE_STRUCTURE_S
#define CONFORMANCE_STRUCTURE_S

#define STRUCTURE_SIZE  512
/* An address that no table maps: in the kernel's half, far above the image. */
#define NOWHERE         0xffffffc000000000

    .bss
    .balign STRUCTURE_SIZE
structure:
    .space  STRUCTURE_SIZE

.macro put16 offset:req, value:req
    ldr     x9, =\value
    address x10, structure
    strh    w9, [x10, #(\offset)]
.endm
.macro put32 offset:req, value:req
    ldr     x9, =\value
    address x10, structure
    str     w9, [x10, #(\offset)]
.endm
.macro put64 offset:req, value:req
    ldr     x9, =\value
    address x10, structure
    str     x9, [x10, #(\offset)]
.endm
.macro put16_reg offset:req, reg:req
    address x10, structure
    strh    \reg, [x10, #(\offset)]
.endm
.macro put32_reg offset:req, reg:req
    address x10, structure
    str     \reg, [x10, #(\offset)]
.endm
.macro put64_reg offset:req, reg:req
    address x10, structure
    str     \reg, [x10, #(\offset)]
.endm
.macro get16 reg:req, offset:req
    address x10, structure
    ldrh    w9, [x10, #(\offset)]
    mov     \reg, x9
.endm
.macro get16s reg:req, offset:req
    address x10, structure
    ldrsh   x9, [x10, #(\offset)]
    mov     \reg, x9
.endm
.macro get32 reg:req, offset:req
    address x10, structure
    ldr     w9, [x10, #(\offset)]
    mov     \reg, x9
.endm
.macro get64 reg:req, offset:req
    address x10, structure
    ldr     x9, [x10, #(\offset)]
    mov     \reg, x9
.endm
.macro clear_structure
    bl      zero_structure
.endm
/* The call with the structure as its second argument, and `count` as its third. */
.macro operation number:req, command:req, count=1
    ldr     x0, =\command
    address x1, structure
    ldr     x2, =\count
    hypercall \number
.endm
/* The same with another pointer. */
.macro operation_at number:req, command:req, pointer:req, count=1
    ldr     x0, =\command
    ldr     x1, =\pointer
    ldr     x2, =\count
    hypercall \number
.endm

    .text
zero_structure:
    address x9, structure
    add     x10, x9, #STRUCTURE_SIZE
1:  stp     xzr, xzr, [x9], #16
    cmp     x9, x10
    b.lo    1b
    ret

#endif
