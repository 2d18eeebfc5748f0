/*
 * Trying every encoding of the system instruction space (Arm DDI 0487, C4.1), 128 at a time: those of one op0, op1 and
 * CRn.  For cases; include it after conformance.h.
 *
 *     sweep_rule "SYS-001"                        // what is reported belongs to it
 *     mov     w0, #ENCODING(3, 0, 0, 0, 0)        // the first one
 *     bl      read_all                            // tries MRS or SYSL of each, and reports
 *     bl      write_all                           // MSR or SYS with x1; the encoding is still in w0
 *
 * A line has the outcomes of op2 0 to 7 for one CRm: "SYS-001+ 3_0_c0_c4=1000222,0,." is 0x1000222 in ID_AA64PFR0_EL1.
 *     .       an undefined instruction: exception class 0
 *     t       a trap to EL1: exception class 0x18, and the ISS names the instruction
 *     esr:    another exception
 *     v       a value that depends on the time or on where the image lies
 *     -       not tried (skip_list)
 * If all eight are undefined, there is no line.
 */
#ifndef CONFORMANCE_SWEEP_S
#define CONFORMANCE_SWEEP_S

#include "slots.S"

#define WORD_SYSTEM     0xd5000000
#define WORD_READ       (1 << 21)               /* L: MRS, SYSL */
#define ESR_TRAPPED     0x62000000              /* class 0x18, IL */
#define WORD_BRANCH     0x14000000              /* B; the offset in words is added */
#define WORD_AND_7      0x92400800              /* and x0, x0, #7 */

/* An encoding as it is in an instruction, without L and Rt. */
#define ENCODING(op0, op1, crn, crm, op2) (((op0) << 19) + ((op1) << 16) + ((crn) << 12) + ((crm) << 8) + ((op2) << 5))
#define NEXT_CRN        (1 << 12)
#define NEXT_CRM        (1 << 8)
#define NEXT_OP2        (1 << 5)

    .bss
    .balign 8
sweep_name:                             // the rule's
    .space  8
sweep_form:                             // L and Rt of the instructions that are tried
    .space  8
sweep_bit:                              // a number to be said in front of each row's name, plus 1; or 0
    .space  8

.macro sweep_rule id:req
    .pushsection .rodata
.Lsweep\@:
    .asciz  "\id"
    .popsection
    address x0, .Lsweep\@
    address x1, sweep_name
    str     x0, [x1]
.endm
.macro listed op0:req, op1:req, crn:req, crm:req, op2:req
    .word   ENCODING(\op0, \op1, \crn, \crm, \op2)
.endm
/* Branches to \found if \encoding is in the list.  Spoils x9 and x10. */
.macro if_listed list:req, encoding:req, found:req
    address x9, \list
.Lnext\@:
    ldr     w10, [x9], #4
    cbz     w10, .Lover\@
    cmp     w10, \encoding
    b.ne    .Lnext\@
    b       \found
.Lover\@:
.endm

    .section .rodata
    .balign 4
keep_list:                              // their change would end the case: they are written with what they hold
    listed  3, 0, 1, 0, 0               // SCTLR_EL1
    listed  3, 0, 2, 0, 1               // TTBR1_EL1
    listed  3, 0, 2, 0, 2               // TCR_EL1
    .word   0
small_list:                             // three bits are written, see system_registers.S
    listed  3, 0, 12, 8, 3              // ICC_BPR0_EL1
    listed  3, 0, 12, 12, 3             // ICC_BPR1_EL1
    .word   0
vary_list:
    listed  3, 0, 2, 0, 0               // TTBR0_EL1
    listed  3, 0, 2, 0, 1               // TTBR1_EL1
    listed  3, 3, 14, 0, 1              // CNTPCT_EL0
    listed  3, 3, 14, 0, 2              // CNTVCT_EL0
    listed  3, 3, 14, 2, 0              // CNTP_TVAL_EL0
    listed  3, 3, 14, 3, 0              // CNTV_TVAL_EL0
    .word   0
skip_list:                              // what QEMU decides, and hardware would do otherwise
    listed  3, 3, 14, 0, 1              // CNTPCT_EL0 at EL0: allowed by EL1PCTEN (CNTHCTL_EL2), which QEMU ignores
    .word   0
    .text

/* w0 = the first encoding; keeps it. */
read_all:
    stp     x0, x30, [sp, #-16]!
    ldr     w1, =WORD_READ
    bl      make_slots
    mov     x0, #0
    mov     x1, #SHORT_SLOT
    bl      run_slots
    ldr     x0, [sp]
    bl      report_slots
    ldp     x0, x30, [sp], #16
    ret

/* w0 = the first encoding; x1 = what to write. */
write_all:
    stp     x0, x30, [sp, #-32]!
    str     x1, [sp, #16]
    mov     w1, #0
    bl      make_slots
    b       1f
/* The same after read_all: what it read is read back after the write, and restored. */
change_all:
    stp     x0, x30, [sp, #-32]!
    str     x1, [sp, #16]
    bl      make_changes
1:  ldr     x0, [sp, #16]
    mov     x1, #SHORT_SLOT
    bl      run_slots
    ldr     x0, [sp]
    bl      report_slots
    ldp     x0, x30, [sp], #32
    ret
/* The same again, with x1, only for what was not undefined. */
change_again:
    stp     x0, x30, [sp, #-32]!
    str     x1, [sp, #16]
    bl      drop_undefined
    b       1b

/* Slots of one instruction each: w0 the first one's encoding, w1 = L and Rt. */
make_slots:
    address x2, sweep_form
    str     x1, [x2]
    ldr     w2, =WORD_SYSTEM
    orr     w2, w2, w1
    orr     w2, w2, w0
    address x1, slot_code
    ldr     w3, =WORD_RET
    mov     x4, #SLOTS
1:  stp     w2, w3, [x1], #SHORT_SLOT
    add     w2, w2, #NEXT_OP2
    subs    x4, x4, #1
    b.ne    1b
    b       sync_code
    .ltorg

/* Slots that write x0: w0 the first one's encoding.  A register that could be read has its code behind the slots. */
make_changes:
    address x1, sweep_form
    str     xzr, [x1]
    address x1, slot_code
    add     x2, x1, #(SLOTS * SHORT_SLOT)
    ldr     w3, =WORD_RET
    mov     x4, #SLOTS
    ldr     x5, =OUTCOMES_VA
    ldr     w6, =WORD_SYSTEM
    orr     w6, w6, w0                          // msr reg, x0
    orr     w7, w6, #WORD_READ                  // mrs x0, reg
    ldr     w11, =WORD_BRANCH
1:  stp     w6, w3, [x1]
    ldr     x8, [x5, #OUTCOME_ESR]
    cbnz    x8, 4f
    sub     x8, x2, x1
    lsr     x8, x8, #2
    orr     w8, w8, w11
    str     w8, [x1]
    if_listed keep_list, w0, 3f
    if_listed small_list, w0, 5f
6:
    add     w8, w7, #1                          // mrs x1, reg
    stp     w8, w6, [x2], #8
    add     w8, w6, #1                          // msr reg, x1
    stp     w7, w8, [x2], #8
    b       2f
3:  stp     w7, w6, [x2], #8
2:  str     w3, [x2], #4
4:  add     x1, x1, #SHORT_SLOT
    add     x5, x5, #OUTCOME_SIZE
    add     w0, w0, #NEXT_OP2
    add     w6, w6, #NEXT_OP2
    add     w7, w7, #NEXT_OP2
    subs    x4, x4, #1
    b.ne    1b
    mov     x1, x2
    b       sync_code
5:  ldr     w8, =WORD_AND_7
    str     w8, [x2], #4
    b       6b
    .ltorg

/* Empties the slots whose outcome was an undefined instruction: it will be one again. */
drop_undefined:
    address x1, slot_code
    ldr     x5, =OUTCOMES_VA
    ldr     w6, =ESR_UNDEFINED
    mov     x4, #SLOTS
1:  ldr     x8, [x5, #OUTCOME_ESR]
    cmp     x8, x6
    b.ne    2f
    str     wzr, [x1]
2:  add     x1, x1, #SHORT_SLOT
    add     x5, x5, #OUTCOME_SIZE
    subs    x4, x4, #1
    b.ne    1b
    b       sync_code
    .ltorg

/* Slots of instructions that may change DAIF and SPSel; x0 is both behind each.  For EL1; w0 = the first encoding. */
make_states:
    mov     x1, #31
    address x2, sweep_form
    str     x1, [x2]
    address x1, slot_code
    ldr     w2, =WORD_SYSTEM
    orr     w2, w2, w0
    add     w2, w2, #31                         // Rt
    adr     x3, state_slot
    ldp     x5, x6, [x3, #8]
    ldr     x7, [x3, #24]
    ldr     w3, [x3]
    mov     x4, #SLOTS
1:  stp     w3, w2, [x1]
    stp     x5, x6, [x1, #8]
    str     x7, [x1, #24]
    add     w2, w2, #NEXT_OP2
    add     x1, x1, #LONG_SLOT
    subs    x4, x4, #1
    b.ne    1b
    b       sync_code
    .ltorg
state_slot:
    mrs     x1, daif
    nop                                         // in its place comes the instruction
    mrs     x0, daif
    mrs     x2, spsel
    msr     spsel, #1
    msr     daif, x1
    add     x0, x0, x2
    ret

#include "sweep_report.S"

#endif
