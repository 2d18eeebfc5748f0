/*
 * Time: the virtual counter, the physical one, and Xen's system time, which runstate areas and SCHEDOP_poll use; and
 * that they are the same for all vCPUs.
 */
#include "include/conformance.h"
#include "include/accounts.S"
#include "include/partner.S"

#define READS           256
#define SECOND          1000000000      /* ns */

    .bss
    .balign 8
counter_there:                          // what vCPU 1 read
    .space  8

/* reg = 1 if \a and \b, in ns, differ by less than a quarter of a millisecond. */
.macro close_to reg:req, a:req, b:req
    sub     x9, \a, \b
    cmp     x9, #0
    cneg    x9, x9, lt
    ldr     x10, =(MS / 4)
    cmp     x9, x10
    cset    \reg, lo
.endm

    .text
kernel_main:
    read_counter x20                    // x20: the first counter value that this kernel read
    bl      boot_mmu
    address x0, own_area
    mov     x1, #0
    bl      register_area
    bl      compare_clocks
    bl      beginnings
    bl      never_back
    bl      rates
    bl      waiting
    bl      second_vcpu
    cbz     x0, 1f
    bl      other_vcpu
1:  b       power_off
    .ltorg

beginnings:
    stp     x19, x30, [sp, #-16]!
    mrs     x1, cntfrq_el0
    cmp     x20, x1
    cset    x19, lo
    report_yes_no "TIM-001", "within_a_second", x19
    mrs     x0, cntvct_el0
    isb
    mrs     x1, cntpct_el0
    cmp     x1, x0
    cset    x19, hi
    report_yes_no "TIM-002", "ahead", x19
    look    own_area
    address x0, after
    bl      sum_of_times
    now_is  x1, ENTRY_TIME
    sub     x1, x1, x0                  // x1: when this vCPU was created
    address x0, counter_start
    ldr     x0, [x0]
    ldr     x2, =(MS / 4)
    add     x1, x1, x2                  // counter_start is at most that much too late
    sub     x1, x1, x0
    ldr     x2, =SECOND
    cmp     x1, x2
    cset    x19, lo
    report_yes_no "TIM-003", "after_that", x19
    ldp     x19, x30, [sp], #16
    ret
    .ltorg

/* x19 = how often the counter was less than before, over hypercalls. */
never_back:
    stp     x19, x30, [sp, #-32]!
    stp     x20, x21, [sp, #16]
    mov     x19, #0
    mov     x21, #READS
    read_counter x20
1:  mov     x0, #XENVER_version
    mov     x1, #0
    hypercall HYPERVISOR_xen_version
    read_counter x0
    cmp     x0, x20
    cinc    x19, x19, lo
    mov     x20, x0
    subs    x21, x21, #1
    b.ne    1b
    report  "TIM-004", "steps_back", x19
    ldp     x20, x21, [sp, #16]
    ldp     x19, x30, [sp], #32
    ret

/* The three clocks over some milliseconds: x21 = virtual, x22 = physical, x23 = system time, in ns. */
read_clocks:
    stp     x29, x30, [sp, #-16]!
    bl      nap
    read_counter x0
    mrs     x1, cntpct_el0
    mov     x22, x1
    bl      ticks_to_ns
    mov     x21, x0
    mov     x0, x22
    bl      ticks_to_ns
    mov     x22, x0
    address x0, own_area
    ldr     x23, [x0, #ENTRY_TIME]
    ldp     x29, x30, [sp], #16
    ret
rates:
    stp     x29, x30, [sp, #-16]!
    bl      read_clocks
    mov     x24, x21
    mov     x25, x22
    mov     x26, x23
    mov     x0, #WAIT_MS
    bl      spin
    bl      read_clocks
    sub     x24, x21, x24
    sub     x25, x22, x25
    sub     x26, x23, x26
    close_to x0, x24, x26
    report_yes_no "TIM-005", "as_the_counter", x0
    close_to x0, x25, x24
    report_yes_no "TIM-006", "as_the_virtual_one", x0
    at_least x0, x22, x23
    report_yes_no "TIM-007", "not_behind", x0
    ldp     x29, x30, [sp], #16
    ret
    .ltorg

/* The counter goes on while its vCPU waits. */
waiting:
    stp     x19, x30, [sp, #-16]!
    address x0, own_area
    bl      remember
    read_counter x19
    bl      nap
    read_counter x0
    sub     x0, x0, x19
    bl      ticks_to_ns
    mov     x19, x0
    look    own_area
    growth  x0, TIME_blocked
    at_least x19, x19, x0
    rule    "TIM-008"
    say_yes_no "waited", x0
    say_yes_no "goes_on", x19
    end_rule
    ldp     x19, x30, [sp], #16
    ret
    .ltorg

/* vCPU 1 reads its counter between two readings of vCPU 0. */
other_vcpu:
    stp     x19, x30, [sp, #-16]!
    bl      start_partner
    bl      read_there
    report_yes_no "TIM-009", "between", x0
    tell    go_off
    bl      finish
    bl      start_partner
    bl      read_there
    report_yes_no "TIM-010", "between", x0
    ldp     x19, x30, [sp], #16
    ret
    .ltorg
read_there:
    stp     x19, x30, [sp, #-16]!
    read_counter x19
    tell    read_here
    bl      finish
    read_counter x1
    address x0, counter_there
    ldr     x0, [x0]
    cmp     x0, x19
    ccmp    x0, x1, #2, hs              // if it was less already, sets carry, as if it were higher
    cset    x0, ls
    ldp     x19, x30, [sp], #16
    ret
read_here:
    read_counter x0
    address x1, counter_there
    str     x0, [x1]
    ret

#include "lib/end.S"
