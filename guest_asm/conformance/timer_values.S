/*
 * The virtual and the physical timer at compare values near, past, far, and at the ends of 64 bits.
 *
 * A line says of a value what CTL reads, with ISTATUS: masked, at once and a while later; not masked, the same with
 * ISR_EL1 (0x80 is a pending IRQ); when CTL is written again; and the interrupts that came: "taken:1/27".
 *
 * Not tried: a virtual compare value of 2^64 - 1, with which QEMU 7.2 hangs: it adds CNTVOFF_EL2 without regard to the
 * carry (Arm DDI 0487, D11.2.4 compares without one).
 *
 * MMU on; interrupts masked.
 */
#include "include/conformance.h"
#include "include/interrupts.S"

#define NEAR            125000          /* ticks: 2 ms */
#define A_WHILE         2048            /* ticks, where the value does not come near meanwhile */
#define BURST           1000            /* loops of two instructions between two looks at the counter */
#define TVAL_PRECISION  18              /* bits: 4 ms, much more than passes between two instructions */

/* A row: name, whether the value counts from now, ticks; and how long to wait for what comes of it. */
#define ROW_SIZE        32
.macro value name:req, from_now:req, ticks:req, wait=A_WHILE
    .pushsection .rodata.names, "a"
.Lname\@:
    .asciz  "+ \name"
    .popsection
    .quad   .Lname\@, \from_now, \ticks, \wait
.endm
    .section .rodata
    .balign 8
values:
    value   "0", 0, 0
    value   "1", 0, 1
    value   "now", 1, 0
    value   "now-1", 1, -1
    value   "now-2^31", 1, -(1 << 31)
    value   "near", 1, NEAR, (2 * NEAR)
    value   "now+2^31", 1, (1 << 31)
    value   "now+2^32", 1, (1 << 32)
    value   "now+2^40", 1, (1 << 40)
    value   "now+2^58", 1, (1 << 58)
    value   "2^58", 0, (1 << 58)
    value   "2^59", 0, (1 << 59)
    value   "now+2^59", 1, (1 << 59)
    value   "2^60", 0, (1 << 60)
    value   "now+2^60", 1, (1 << 60)
    value   "near+2^60", 1, (1 << 60) + NEAR, (2 * NEAR)
    value   "2^61", 0, (1 << 61)
    value   "2^62", 0, (1 << 62)
    value   "2^63-1", 0, (1 << 63) - 1
    value   "2^63", 0, (1 << 63)
    value   "now+2^63", 1, (1 << 63)
    value   "2^63+2^58", 0, (1 << 63) + (1 << 58)
    value   "2^64-2^40", 0, -(1 << 40)
values_of_both:
    value   "2^64-1", 0, -1
    .quad   0
tvals:
    .quad   0, 1, 0x7fffffff, 0x80000000, 0xffffffff, 0xffffffff00000000, 0x100000001, 0xffffffff80000001
tvals_end:

    .bss
    .balign 8
timer_rule:
    .space  8

.macro timer_rule_is id:req
    .pushsection .rodata
.Lid\@:
    .asciz  "\id"
    .popsection
    address x0, .Lid\@
    address x1, timer_rule
    str     x0, [x1]
.endm
/* Calls \row with x19 = each row up to \last. */
.macro each_value row:req, last:req
    address x19, values
.Leach\@:
    bl      \row
    add     x19, x19, #ROW_SIZE
    address x0, \last
    cmp     x19, x0
    b.lo    .Leach\@
.endm
/* xd = the row's compare value, for the counter \counter. */
.macro compare_value xd:req, counter:req
    ldp     x9, \xd, [x19, #8]
    isb
    mrs     x10, \counter
    madd    \xd, x10, x9, \xd
.endm
.macro say_register text:req, register:req
    isb
    mrs     x9, \register
    line_call line_hex, "\text", x9
.endm
.macro say_taken
    let_interrupts_in
    interrupts_taken x0, x1
    line_call line_signed, ",taken:", x0
    line_call line_signed, "/", x1
.endm

    .text
kernel_main:
    bl      turn_on_interrupts
    bl      boot_mmu
    bl      take_interrupts
    timer_rule_is "TMR-101"
    each_value virtual_row, values_of_both
    timer_rule_is "TMR-102"
    each_value physical_row, (values_of_both + ROW_SIZE)
    timer_rule_is "TMR-103"
    each_value waiting_row, values_of_both
    address x19, tvals
1:  bl      tval_row
    add     x19, x19, #8
    address x0, tvals_end
    cmp     x19, x0
    b.lo    1b
    b       power_off
    .ltorg

/* Lets the row's time pass, looking at the clock seldom.  Spoils x0 to x2. */
let_time_pass:
    ldr     x2, [x19, #24]
    read_counter x1
    add     x1, x1, x2
1:  mov     x2, #BURST
2:  subs    x2, x2, #1
    b.ne    2b
    read_counter x0
    cmp     x0, x1
    b.lo    1b
    ret
    .ltorg

begin_row:
    str     x30, [sp, #-16]!
    address x0, timer_rule
    ldr     x0, [x0]
    bl      line_begin
    ldr     x1, [x19]
    address x0, image
    add     x0, x0, x1
    bl      line_text
    line_call line_text, "="
    ldr     x30, [sp], #16
    ret

.macro timer_row timer:req, counter:req
    str     x30, [sp, #-16]!
    bl      begin_row
    msr     \timer\()_ctl_el0, xzr
    compare_value x0, \counter
    msr     \timer\()_cval_el0, x0
    mrs     x1, \timer\()_cval_el0
    cmp     x0, x1
    cset    x1, eq
    line_call line_yes_no, "kept:", x1
    mrs     x1, \counter
    mrs     x2, \timer\()_tval_el0
    sub     w1, w0, w1                          // CVAL - counter is TVAL, but for what passes between
    sub     w2, w1, w2
    lsr     w2, w2, #TVAL_PRECISION
    line_call line_signed, ",tval_off:", x2
    mov     x0, #(TIMER_ENABLE + TIMER_IMASK)
    msr     \timer\()_ctl_el0, x0
    say_register ",masked:", \timer\()_ctl_el0
    say_register "/", isr_el1
    bl      let_time_pass
    say_register ",later:", \timer\()_ctl_el0
    msr     \timer\()_ctl_el0, xzr
    say_register ",off:", \timer\()_ctl_el0
    compare_value x0, \counter
    msr     \timer\()_cval_el0, x0
    mov     x0, #TIMER_ENABLE
    msr     \timer\()_ctl_el0, x0
    isb
    mrs     x0, \timer\()_ctl_el0
    mrs     x1, isr_el1
    line_call line_hex, ",on:", x0
    line_call line_hex, "/", x1
    bl      let_time_pass
    say_register ",later:", \timer\()_ctl_el0
    say_register "/", isr_el1
    mov     x0, #TIMER_ENABLE
    msr     \timer\()_ctl_el0, x0
    say_register ",again:", \timer\()_ctl_el0
    mov     x0, #(TIMER_ENABLE + TIMER_IMASK)
    msr     \timer\()_ctl_el0, x0
    say_register ",masked:", \timer\()_ctl_el0
    msr     \timer\()_ctl_el0, xzr
    isb
    say_taken
    bl      line_write
    ldr     x30, [sp], #16
    ret
.endm
virtual_row:
    timer_row cntv, cntvct_el0
    .ltorg
physical_row:
    timer_row cntp, cntpct_el0
    .ltorg

/* A WFI that the virtual timer ends, or else the physical one in 3 NEAR. */
waiting_row:
    str     x30, [sp, #-16]!
    bl      begin_row
    compare_value x0, cntvct_el0
    msr     cntv_cval_el0, x0
    mov     x1, #TIMER_ENABLE
    msr     cntv_ctl_el0, x1
    ldr     x0, =(3 * NEAR)
    msr     cntp_tval_el0, x0
    msr     cntp_ctl_el0, x1
    isb
    wfi
    say_register "virtual:", cntv_ctl_el0
    say_register ",physical:", cntp_ctl_el0
    msr     cntp_ctl_el0, xzr
    msr     cntv_ctl_el0, xzr
    isb
    say_taken
    bl      line_write
    ldr     x30, [sp], #16
    ret
    .ltorg

/* How far CVAL is from the counter behind a write of TVAL, in units that let both timers pass a few ticks. */
.macro say_distance text:req, timer:req, counter:req
    ldr     x0, [x19]
    isb
    mrs     x1, \counter
    msr     \timer\()_tval_el0, x0
    isb
    mrs     x2, \timer\()_cval_el0
    sub     x2, x2, x1
    sbfx    x3, x0, #0, #32                     // what TVAL adds to the counter, which went on a little
    sub     x2, x2, x3
    asr     x2, x2, #TVAL_PRECISION
    line_call line_signed, "\text", x2
.endm
tval_row:
    str     x30, [sp, #-16]!
    rule    "TMR-104"
    ldr     x1, [x19]
    line_call line_hex, "+ ", x1
    say_distance "=virtual:", cntv, cntvct_el0
    say_distance ",physical:", cntp, cntpct_el0
    bl      line_write
    ldr     x30, [sp], #16
    ret
    .ltorg

#include "lib/end.S"
