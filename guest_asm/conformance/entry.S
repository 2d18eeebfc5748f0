/*
 * The state in which a vCPU starts: the first one, from the domain builder, and the second one, from CPU_ON.
 *
 * The loader jumps to this file's own Image header, so that nothing has run before record: the library's image,
 * header and all, comes a page later, and gets x0 as the loader left it.  The MMU is off on both vCPUs all the time.
 * Only TPIDRRO_EL0, which record needs itself, is not recorded.
 */
#include "lib/hypercall.h"

    .text
    .balign 4096
entry_image:
    b       first_entry
    .word   0
    .quad   0
    .quad   image_end - entry_image
    .quad   0xa                             // little-endian, 4 KiB pages, anywhere in memory
    .quad   0, 0, 0
    .word   0x644d5241
    .word   0

#define RECORD_PSTATE   (32 * 8)            /* behind x0 to x30 and SP: CurrentEL, SPSel, DAIF, NZCV */
#define SYSTEM_MPIDR    (36 * 8)
#define SYSTEM_SCTLR    (37 * 8)
#define SYSTEM_ZERO     (38 * 8)            /* from here on what is 0 */
#define TRANSLATION     (38 * 8)            /* tcr_el1, ttbr0_el1, ttbr1_el1, mair_el1 */
#define EXCEPTION       (42 * 8)            /* vbar_el1, elr_el1, spsr_el1, esr_el1, far_el1 */
#define ACCESS          (47 * 8)            /* cpacr_el1 */
#define THREAD          (48 * 8)            /* tpidr_el0, tpidr_el1, contextidr_el1, sp_el0 */
#define TIMER           (52 * 8)            /* cntv_ctl_el0, cntkctl_el1, isr_el1 */
#define WHERE           (55 * 8)
#define RECORD_SIZE     (56 * 8)

    .balign 16
first_record:
    .space  RECORD_SIZE
second_record:
    .space  RECORD_SIZE

/* Stores system registers side by side. */
.macro note_system offset:req, registers:vararg
    .set    note_at, \offset
    .irp    register, \registers
    mrs     x0, \register
    str     x0, [x1, #note_at]
    .set    note_at, note_at + 8
    .endr
.endm

first_entry:
    msr     tpidrro_el0, x30
    adr     x30, first_record
    stp     x0, x1, [x30]
    adr     x1, entry_image
    str     x1, [x30, #WHERE]
    mov     x1, x30
    bl      record
    adr     x1, first_record
    ldr     x0, [x1]
    b       boot

/* CPU_ON starts vCPU 1 here; it runs nothing else. */
second_entry:
    msr     tpidrro_el0, x30
    adr     x30, second_record
    stp     x0, x1, [x30]
    mov     x1, x30
    bl      record
    adr     x1, second_record
    str     x1, [x1, #WHERE]                // not 0: this vCPU has run
    psci    PSCI_CPU_OFF

/* x1 = the record, with x0 and x1 in it already; x30 is in TPIDRRO_EL0. */
record:
    stp     x2, x3, [x1, #16]
    stp     x4, x5, [x1, #32]
    stp     x6, x7, [x1, #48]
    stp     x8, x9, [x1, #64]
    stp     x10, x11, [x1, #80]
    stp     x12, x13, [x1, #96]
    stp     x14, x15, [x1, #112]
    stp     x16, x17, [x1, #128]
    stp     x18, x19, [x1, #144]
    stp     x20, x21, [x1, #160]
    stp     x22, x23, [x1, #176]
    stp     x24, x25, [x1, #192]
    stp     x26, x27, [x1, #208]
    stp     x28, x29, [x1, #224]
    mrs     x2, tpidrro_el0
    mov     x3, sp
    stp     x2, x3, [x1, #240]
    note_system RECORD_PSTATE, CurrentEL, SPSel, DAIF, NZCV
    note_system SYSTEM_MPIDR, mpidr_el1, sctlr_el1
    note_system TRANSLATION, tcr_el1, ttbr0_el1, ttbr1_el1, mair_el1
    note_system EXCEPTION, vbar_el1, elr_el1, spsr_el1, esr_el1, far_el1
    note_system ACCESS, cpacr_el1
    note_system THREAD, tpidr_el0, tpidr_el1, contextidr_el1, sp_el0
    note_system TIMER, cntv_ctl_el0, cntkctl_el1, isr_el1
    ret

#include "include/conformance.h"

#define TREE_MAGIC      0xedfe0dd0          /* d00dfeed, as its bytes lie in memory */
#define CONTEXT         0xc0ffee0123456789
#define MOST_WAITS      10

/* x0 = all words of the record at x19 from one offset up to another, or-ed together. */
.macro any_of from:req, to:req
    add     x1, x19, #\from
    add     x2, x19, #\to
    bl      or_words
.endm
.macro report_any id:req, from:req, to:req
    any_of  \from, \to
    report_hex "\id", "bits", x0
.endm
.macro state_of key:req, offset:req
    ldr     x0, [x19, #\offset]
    say_hex "\key", x0
.endm

    .text
kernel_main:
    address x19, first_record
    bl      device_tree
    report_any "ENT-003", 8, 31 * 8         // x1 to x30
    report_any "ENT-004", 31 * 8, 32 * 8    // SP
    rule    "ENT-005"
    state_of "current_el", RECORD_PSTATE
    state_of "sp_el", RECORD_PSTATE + 8
    state_of "daif", RECORD_PSTATE + 16
    state_of "nzcv", RECORD_PSTATE + 24
    end_rule
    rule    "ENT-006"
    state_of "sctlr", SYSTEM_SCTLR
    end_rule
    rule    "ENT-007"
    state_of "mpidr", SYSTEM_MPIDR
    end_rule
    report_any "ENT-008", TRANSLATION, EXCEPTION
    report_any "ENT-009", EXCEPTION, ACCESS
    report_any "ENT-010", ACCESS, THREAD
    report_any "ENT-011", THREAD, TIMER
    report_any "ENT-012", TIMER, WHERE
    ldr     x1, [x19, #WHERE]
    and     x1, x1, #0x1fffff
    rule    "ENT-013"
    say_hex "offset", x1
    end_rule
    bl      second_vcpu
    cbz     x0, power_off
    bl      start_second
    b       power_off
    .ltorg

/* x0 of the first vCPU. */
device_tree:
    str     x30, [sp, #-16]!
    ldr     x20, [x19]
    ldr     w0, [x20]
    ldr     x1, =TREE_MAGIC
    cmp     x0, x1
    cset    x0, eq
    report_yes_no "ENT-001", "tree", x0
    and     x0, x20, #0x1fffff
    address x1, image_end
    cmp     x20, x1
    cset    x1, hs
    rule    "ENT-002"
    say_hex "offset", x0
    say_yes_no "behind_image", x1
    end_rule
    ldr     x30, [sp], #16
    ret
    .ltorg

start_second:
    str     x30, [sp, #-16]!
    mov     x1, #1
    address x2, second_entry
    ldr     x3, =CONTEXT
    psci    PSCI_CPU_ON_64
    address x19, second_record
    mov     x20, #MOST_WAITS
1:  bl      wait
    ldr     x0, [x19, #WHERE]
    cbnz    x0, 2f
    subs    x20, x20, #1
    b.ne    1b
2:  rule    "ENT-014"
    state_of "x0", 0
    end_rule
    report_any "ENT-015", 8, 32 * 8         // x1 to x30 and SP
    rule    "ENT-016"
    state_of "current_el", RECORD_PSTATE
    state_of "sp_el", RECORD_PSTATE + 8
    state_of "daif", RECORD_PSTATE + 16
    state_of "nzcv", RECORD_PSTATE + 24
    end_rule
    rule    "ENT-017"
    state_of "sctlr", SYSTEM_SCTLR
    end_rule
    rule    "ENT-018"
    state_of "mpidr", SYSTEM_MPIDR
    end_rule
    report_any "ENT-019", SYSTEM_ZERO, WHERE
    ldr     x30, [sp], #16
    ret
    .ltorg

/* x0 = the words of [x1, x2), or-ed. */
or_words:
    mov     x0, #0
1:  ldr     x3, [x1], #8
    orr     x0, x0, x3
    cmp     x1, x2
    b.lo    1b
    ret

#include "lib/end.S"
