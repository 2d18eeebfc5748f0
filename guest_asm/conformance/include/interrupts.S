/*
 * Interrupts as vCPU 0 takes them: the virtual interrupt controller (GICv3), and which interrupts came.  Include it
 * after conformance.h.
 *
 *     bl      turn_on_interrupts                  MMU off, before boot_mmu; PSTATE still masks them
 *     ...
 *     bl      take_interrupts                     MMU on: each is acknowledged, counted and ended
 *     let_interrupts_in                           for a moment: one that is pending is taken
 *     interrupts_taken x0, x1                     x0 = how many since the last call, x1 = the last one's number
 *
 * Its registers are not memory, and their addresses depend on the kind of domain.  Every private interrupt that is
 * pending is delivered: all are enabled, with one priority.
 */
#ifndef CONFORMANCE_INTERRUPTS_S
#define CONFORMANCE_INTERRUPTS_S

#define ICC_PMR_EL1     S3_0_C4_C6_0
#define ICC_IAR1_EL1    S3_0_C12_C12_0
#define ICC_EOIR1_EL1   S3_0_C12_C12_1
#define ICC_IGRPEN1_EL1 S3_0_C12_C12_7

#define GICD_CTLR               0x0000
#define GICD_CTLR_EnableGrp1A   (1 << 1)
#define GICR_PRIVATE            0x10000 /* a redistributor's second frame */
#define GICR_ISENABLER0         0x0100
#define LOWEST_PRIORITY         0xf8

    .bss
    .balign 8
taken_count:
    .space  8
taken_last:
    .space  8

.macro let_interrupts_in
    msr     daifclr, #2
    isb
    msr     daifset, #2
.endm
.macro interrupts_taken count:req, last:req
    address x9, taken_count
    ldp     \count, \last, [x9]
    stp     xzr, xzr, [x9]
.endm

    .text
turn_on_interrupts:
    str     x30, [sp, #-16]!
    bl      is_dom0
    cmp     x0, #0
    ldr     x1, =BOARD_GICD_BASE
    ldr     x2, =GUEST_GICD_BASE
    csel    x1, x1, x2, ne
    mov     w3, #GICD_CTLR_EnableGrp1A
    str     w3, [x1, #GICD_CTLR]
    ldr     x1, =(BOARD_GICR_BASE + GICR_PRIVATE)
    ldr     x2, =(GUEST_GICV3_GICR0_BASE + GICR_PRIVATE)
    csel    x1, x1, x2, ne
    mov     w3, #-1
    str     w3, [x1, #GICR_ISENABLER0]
    mov     x0, #LOWEST_PRIORITY
    msr     ICC_PMR_EL1, x0
    mov     x0, #1
    msr     ICC_IGRPEN1_EL1, x0
    isb
    ldr     x30, [sp], #16
    ret
    .ltorg

take_interrupts:
    set_handler VECTOR_EL1_IRQ, on_interrupt
    ret
/* The handler. */
on_interrupt:
    mrs     x0, ICC_IAR1_EL1
    address x1, taken_count
    ldr     x2, [x1]
    add     x2, x2, #1
    stp     x2, x0, [x1]
    msr     ICC_EOIR1_EL1, x0
    isb
    ret

#endif
