/*
 * kpti: stolen time goes stale while a guest is preempted in user mode.
 *
 * vCPU 0 asks Xen to keep its runstate area up to date.  The area lies in the kernel half, so it is mapped
 * in kernel mode and, behind the KPTI trampoline, not mapped in user mode.  vCPU 1 competes for the
 * physical CPU: it spins in user mode for ever.
 *
 * Then vCPU 0 spins, first in user mode, then for comparison in kernel mode, and reads the counter after
 * every burst of instructions: a gap means that it was switched out.  After each gap it checks its area.
 * Did Xen write to it since the spinning began?  How much stolen time does it show?  Xen still walks the
 * guest's live tables at each switch, and in user mode does not find the area.  (The first switch in kernel
 * mode makes up for all missed updates, so the sum of that phase contains the stolen time of both.)
 *
 * Lines that start with "time:" are measurements, and differ from machine to machine; all others do not.
 * Without a second vCPU another domain may compete.  Without a competitor, a round ends after ROUND_MS.
 */
#define NR_CPUS 2
#define KPTI
#include "lib/kernel.h"
#include "lib/gap.h"

#define ROUNDS          8
#define ROUND_MS        200             /* a round without a gap ends after that much time */

    .bss
    .balign 64
    .global runstate_area
runstate_area:                          // Xen writes here, when it finds it
    .space  vcpu_runstate_info_size
before:                                 // copies of it: before a round ...
    .space  vcpu_runstate_info_size
after:                                  // ... and after
    .space  vcpu_runstate_info_size
start:                                  // before the first round of a phase
    .space  vcpu_runstate_info_size

    user_code user_page
/* EL0, in the page at USER_TEXT_VA; the upper half has nothing but the trampoline. */
user_spin:
    spin_until_gap
    svc     #0
user_compete:
    b       user_compete
    user_code_end

/* The same in the kernel, all tables live. */
kernel_spin:
    spin_until_gap
    ret

/* vCPU 1: enters user mode and never returns. */
compete:
    address x0, user_compete
    b       call_user

kernel_main:
    bl      boot_mmu
    mov     x0, #CNTKCTL_EL0VCTEN
    msr     cntkctl_el1, x0
    address x0, user_page
    bl      user_init

    address x0, runstate_area
    bl      runstate_register
    mov     x19, x0
    print   "kpti: register runstate area: "
    print_signed x19
    bl      runstate_enable_update_flag
    mov     x19, x0
    print   "\nkpti: enable update flag: "
    print_signed x19
    mov     x0, #1
    address x1, compete
    bl      cpu_on
    mov     x19, x0
    print   "\nkpti: start vCPU 1: "
    print_signed x19
    print   "\n"
    cbz     x19, 1f
    print   "kpti: there is no vCPU 1, so another domain must compete for this physical CPU\n"

1:  bl      run_in_user_mode
    cbz     x0, nobody
    bl      run_in_kernel_mode
    b       power_off
nobody:
    print   "kpti: nobody wanted this physical CPU: give the guest a second vCPU on it, or a neighbour\n"
    b       power_off
    .ltorg

/* One round of each kind, for run_phase: x0 = the counter value to give up at; x0 = the gap or 0. */
round_in_user_mode:
    mov     x1, x0
    address x0, user_spin
    b       call_user
round_in_kernel_mode:
    b       kernel_spin

/* The two phases. x0 = how many rounds were preempted. */
run_in_user_mode:
    stp     x29, x30, [sp, #-16]!
    address x0, round_in_user_mode
    bl      run_phase
    print   "kpti: user mode: "
    b       report
run_in_kernel_mode:
    stp     x29, x30, [sp, #-16]!
    address x0, round_in_kernel_mode
    bl      run_phase
    print   "kpti: kernel mode: "
report:
    print_unsigned x20
    print   " rounds preempted, area updated in "
    print_unsigned x21
    print   ", stolen time grew in "
    print_unsigned x22
    print   "\ntime: the counter lost "
    print_unsigned x23
    print   " ns, the area says that "
    print_unsigned x24
    print   " ns were stolen\n"
    mov     x0, x20
    ldp     x29, x30, [sp], #16
    ret

/*
 * Runs ROUNDS rounds of the function at x0; ends early after a round without a gap.
 *     x20  rounds that saw a gap                  x23  sum of the gaps, ns
 *     x21  of these, the area was written in      x24  growth of stolen time by the area, ns
 *     x22  of these, its stolen time grew in
 */
run_phase:
    stp     x29, x30, [sp, #-16]!
    mov     x19, x0
    mov     x20, #0
    mov     x21, #0
    mov     x22, #0
    mov     x23, #0
    address x0, runstate_area
    address x1, start
    bl      runstate_read
1:  address x0, runstate_area
    address x1, before
    bl      runstate_read
    mov     x0, #ROUND_MS
    bl      ms_to_ticks
    read_counter x1
    add     x0, x0, x1
    blr     x19
    cbz     x0, 2f
    bl      ticks_to_ns
    add     x23, x23, x0
    add     x20, x20, #1
    bl      compare
    cmp     x20, #ROUNDS
    b.lo    1b
2:  address x0, start
    bl      stolen_time
    mov     x24, x0
    address x0, runstate_area
    address x1, after
    bl      runstate_read
    address x0, after
    bl      stolen_time
    sub     x24, x0, x24
    ldp     x29, x30, [sp], #16
    ret

/* Counts in x21 and x22 how Xen changed the area since it was copied to `before`. */
compare:
    stp     x29, x30, [sp, #-16]!
    address x0, runstate_area
    address x1, after
    bl      runstate_read
    address x0, before
    ldr     x1, [x0, #vcpu_runstate_info_state_entry_time]
    address x2, after
    ldr     x3, [x2, #vcpu_runstate_info_state_entry_time]
    cmp     x1, x3
    cinc    x21, x21, ne
    bl      stolen_time
    mov     x3, x0
    mov     x0, x2
    bl      stolen_time
    cmp     x0, x3
    cinc    x22, x22, hi
    ldp     x29, x30, [sp], #16
    ret

#include "lib/end.S"
