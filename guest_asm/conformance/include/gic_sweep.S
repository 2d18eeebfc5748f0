/*
 * For cases that try everything of a kind on the interrupt controller: its frames as memory that permits unaligned
 * accesses, exceptions that only set a register, and answers of words with numbers in their names.
 *
 *     kernel_main:
 *         bl      sweep_init                      x25 = the distributor, x26 = this vCPU's redistributor
 *         sweep_rule "GIC-030"
 *         ...
 *         b       sweep_end
 *
 * The frames are mapped as Normal memory: the architecture lets an unaligned access to Device memory fault before it
 * reaches the hypervisor (Arm DDI 0487, "Alignment of data accesses"), and QEMU 7.2 does not.
 */
#ifndef CONFORMANCE_GIC_SWEEP_S
#define CONFORMANCE_GIC_SWEEP_S

#include "conformance.h"
#include "words.S"

#define ICC_PMR_EL1     S3_0_C4_C6_0
#define ICC_HPPIR0_EL1  S3_0_C12_C8_2
#define ICC_EOIR0_EL1   S3_0_C12_C8_1
#define ICC_BPR0_EL1    S3_0_C12_C8_3
#define ICC_AP0R0_EL1   S3_0_C12_C8_4
#define ICC_AP1R0_EL1   S3_0_C12_C9_0
#define ICC_DIR_EL1     S3_0_C12_C11_1
#define ICC_RPR_EL1     S3_0_C12_C11_3
#define ICC_SGI1R_EL1   S3_0_C12_C11_5
#define ICC_IAR1_EL1    S3_0_C12_C12_0
#define ICC_EOIR1_EL1   S3_0_C12_C12_1
#define ICC_HPPIR1_EL1  S3_0_C12_C12_2
#define ICC_BPR1_EL1    S3_0_C12_C12_3
#define ICC_CTLR_EL1    S3_0_C12_C12_4
#define ICC_IGRPEN1_EL1 S3_0_C12_C12_7

#define GICR_PRIVATE    0x10000         /* a redistributor's second frame */
#define GICR_NEXT_SHIFT 17              /* the next vCPU's redistributor is 128 KiB further */
#define ISENABLER       0x100
#define ICENABLER       0x180
#define ISPENDR         0x200
#define ICPENDR         0x280
#define IPRIORITYR      0x400
#define IROUTER         0x6000
#define FIRST_SPECIAL   1020            /* interrupt numbers from here on are none */

#define DEVICES_VA      0x40000000      /* where the first GiB of guest-physical memory is mapped, as Normal memory */
#define DEVICES_BLOCK   (DESC_BLOCK + DESC_NORMAL + DESC_UXN + DESC_PXN)

.macro sweep_rule id:req
    .pushsection .rodata
.Lrule\@:
    .asciz  "\id"
    .popsection
    address x0, .Lrule\@
    bl      begin_sweep_rule
.endm
/* Begins the word "name", or "name" and the number in a register, in hexadecimal. */
.macro sweep_word name:req, number=none
    .pushsection .rodata
.Lword\@:
    .asciz  "\name"
    .popsection
    stp     x0, x1, [sp, #-16]!
    .ifnc   \number, none
    mov     x1, \number
    address x0, .Lword\@
    bl      begin_numbered_word
    .else
    address x0, .Lword\@
    bl      begin_named_word
    .endif
    ldp     x0, x1, [sp], #16
.endm
/* Adds a register to the word, in hexadecimal. */
.macro sweep_say reg:req
    stp     x0, x30, [sp, #-16]!
    mov     x0, \reg
    bl      add_hex
    ldp     x0, x30, [sp], #16
.endm

    .bss
    .balign 8
sweep_name:
    .space  64

    .text
    .balign 2048
/* An exception: x20 = ESR, x21 = FAR, and on at x28. */
sweep_vectors:
    .space  0x200
    mrs     x20, esr_el1
    mrs     x21, far_el1
    msr     elr_el1, x28
    eret
#ifdef WALK_ALONE
    .balign 128
    b       walk_interrupt
#endif
    .balign 2048

sweep_init:
    mov     x19, x30
    bl      boot_mmu
    virtual_offset x0, x1
    add     x19, x19, x0                // back to the caller in the upper half, too
    address x0, user_pg_dir
    ldr     x1, =DEVICES_BLOCK
    str     x1, [x0, #8]                // the second GiB of addresses; its entry was invalid
    dsb     ishst
    isb
    address x0, sweep_vectors
    msr     vbar_el1, x0
    isb
    bl      is_dom0
    cmp     x0, #0
    ldr     x0, =(BOARD_GICD_BASE + DEVICES_VA)
    ldr     x1, =(GUEST_GICD_BASE + DEVICES_VA)
    csel    x25, x0, x1, ne
    ldr     x0, =(BOARD_GICR_BASE + DEVICES_VA)
    ldr     x1, =(GUEST_GICV3_GICR0_BASE + DEVICES_VA)
    csel    x26, x0, x1, ne
    mov     x30, x19
/* Opens this vCPU's CPU interface for all interrupts; PSTATE masks them.  Spoils x0. */
sweep_open:
    mov     x0, #0xff
    msr     ICC_PMR_EL1, x0
    mov     x0, #1
    msr     ICC_IGRPEN1_EL1, x0
    isb
    ret
    .ltorg

sweep_end:
    bl      end_words
    b       power_off

/* The routines of words.S count texts from the image. */
begin_sweep_rule:
    address x1, image
    sub     x0, x0, x1
    b       words_of_rule

begin_numbered_word:
    keep_registers
    mov     x9, x1
    address x1, sweep_name
1:  ldrb    w2, [x0], #1
    strb    w2, [x1], #1
    cbnz    w2, 1b
    sub     x1, x1, #1
    mov     x3, #60
2:  cbz     x3, 3f                      // no leading zeros
    lsr     x2, x9, x3
    cbnz    x2, 3f
    sub     x3, x3, #4
    b       2b
3:  lsr     x2, x9, x3
    and     x2, x2, #15
    cmp     x2, #10
    mov     x4, #('a' - 10)
    mov     x5, #'0'
    csel    x4, x5, x4, lo
    add     x2, x2, x4
    strb    w2, [x1], #1
    subs    x3, x3, #4
    b.pl    3b
    strb    wzr, [x1]
    address x0, sweep_name
    address x1, image
    sub     x0, x0, x1
    bl      begin_word
    give_registers_back
    ret

begin_named_word:
    keep_registers
    address x1, image
    sub     x0, x0, x1
    bl      begin_word
    give_registers_back
    ret

/* Adds x0 to the word, in hexadecimal. */
add_hex:
    keep_registers
    mov     x9, x0
    bl      next_part
    mov     x1, x9
    address x0, words_nothing
    bl      line_hex
    give_registers_back
    ret

/* x18 = a checksum of x18 and x0.  Spoils x9. */
.macro mix reg:req
    eor     x18, x18, \reg
    ldr     x9, =0x100000001b3          // FNV's prime
    mul     x18, x18, x9
    ror     x18, x18, #7
.endm

#endif
