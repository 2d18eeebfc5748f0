/*
 * The calling convention: HVC and SMC that are not calls.  Those with an immediate that Xen does not know, and all from
 * EL0, are undefined instructions, but ELR_EL1 is not the same for all of them.
 *
 * MMU on, no interrupts.  Exceptions from EL1 are caught; those from EL0 are noted, and the process continues behind
 * the instruction.
 */
#include "include/conformance.h"
#include "include/registers.S"

#define OTHER_TAG       0xea0
#define DEBUG_TRAP      0xfffd              /* a debug build's "reached here" */
#define FAR_MARK        0x123456789000

.macro caught_field reg:req, offset:req
    address \reg, caught_record
    ldr     \reg, [\reg, #\offset]
.endm

/* Reports the exceptions of an instruction: how many, the syndrome, and ELR as an offset from the instruction. */
.macro raise id:req, instruction:vararg
    expect_exception 2f
1:  \instruction
2:  rule    "\id"
    caught_field x0, CAUGHT_count
    say     "exceptions", x0
    caught_field x0, CAUGHT_esr
    say_hex "esr", x0
    caught_field x0, CAUGHT_elr
    adr     x1, 1b
    sub     x1, x0, x1
    cmp     x0, #0
    csel    x1, xzr, x1, eq
    say     "elr", x1
    end_rule
.endm

    .bss
    .balign 8
user_exception:                             // ESR, and ELR as an offset from the page's first instruction
    .space  16

    user_code process
user_hvc:
    hvc     #XEN_HYPERCALL_TAG
    svc     #0
user_smccc:
    hvc     #0
    svc     #0
user_smc:
    smc     #0
    svc     #0
    user_code_end

.macro from_user id:req, function:req
    address x0, user_exception
    stp     xzr, xzr, [x0]
    address x0, \function
    mov     x1, #XENVER_pagesize
    mov     x2, #0
    bl      call_user
    mov     x19, x0
    address x1, user_exception
    ldp     x20, x21, [x1]
    address x1, \function
    and     x1, x1, #(PAGE_SIZE - 1)
    sub     x21, x21, x1
    rule    "\id"
    say_hex "esr", x20
    say     "elr", x21
    say     "x0", x19
    end_rule
.endm

    .text
kernel_main:
    bl      boot_mmu
    catch_exceptions
    raise   "CAL-021", hvc #1
    raise   "CAL-022", hvc #OTHER_TAG
    raise   "CAL-023", hvc #DEBUG_TRAP
    raise   "CAL-024", smc #1

    // The state when the exception was raised: distinct flags, and the previous FAR_EL1.
    ldr     x0, =FAR_MARK
    msr     far_el1, x0
    expect_exception 1f
    mov     x0, #0x60000000
    msr     nzcv, x0
    hvc     #1
1:  caught_field x0, CAUGHT_spsr
    caught_field x1, CAUGHT_far
    report_hex "CAL-025", "spsr", x0
    report_hex "CAL-026", "far", x1

    fill_registers
    set_handler VECTOR_EL1_SYNC, return_from_exception  // ELR is behind the HVC
    observe hvc #1
    changed_registers x0
    report_hex "CAL-027", "changed", x0

    address x0, process
    bl      user_init
    set_handler VECTOR_EL0_SYNC, note_user_exception
    from_user "CAL-028", user_hvc
    from_user "CAL-029", user_smccc
    from_user "CAL-030", user_smc
    b       power_off
    .ltorg

/* The handler for EL0: x0 = the frame.  SVC returns from the process. */
note_user_exception:
    ldr     x1, [x0, #FRAME_ESR]
    lsr     x2, x1, #ESR_EC_SHIFT
    cmp     x2, #ESR_EC_SVC64
    b.eq    return_from_user
    ldr     x2, [x0, #FRAME_ELR]
    and     x3, x2, #(PAGE_SIZE - 1)
    address x4, user_exception
    stp     x1, x3, [x4]
    add     x2, x2, #4
    str     x2, [x0, #FRAME_ELR]
    b       return_from_exception

#include "lib/end.S"
