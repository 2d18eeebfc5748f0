/*
 * Claim 7: no write barrier follows the update flag, so another vCPU may see new data without the flag.
 *
 * vCPU 1, on a physical CPU of its own, reads the area of vCPU 0 repeatedly, as Linux does: it accepts a
 * copy only if the flag was clear and the entry time the same before and after.  Such a copy must add up:
 * entry time minus all times is always the time when vCPU 0 was made.  One that does not add up is torn.
 *
 * The hardware decides which store becomes visible when, and rarely reorders them.  Here the order file
 * beside this kernel decides: the store of the flag is held back until the next barrier, while the data
 * stored after it is already visible.
 *     harness run 7_missing_barrier.S --vcpus 2 --pcpus 2 --order 7_missing_barrier.order --abi vmap
 */
#define NR_CPUS 2
#include "claim.h"

#define WAITS           4

    page    area
    .bss
    .balign 64
reading:                                // whether vCPU 1 is at it
    .space  8
enough:                                 // vCPU 0 has waited WAITS times
    .space  8
results:                                // of vCPU 1: x20 to x23 as below
    .space  32

    .text
kernel_main:
    bl      boot_mmu
    print   "claim 7: "
    address x0, area
    mov     x1, x0
    mov     x2, #0
    bl      register_area
    bl      runstate_enable_update_flag
    bl      wait
    mov     x0, #1
    address x1, read_repeatedly
    bl      cpu_on
    address x1, reading
1:  ldar    x0, [x1]
    cbz     x0, 1b
    mov     x20, #WAITS
2:  bl      wait
    subs    x20, x20, #1
    b.ne    2b
    address x1, enough
    mov     x0, #1
    stlr    x0, [x1]
    address x1, reading
3:  ldar    x0, [x1]
    cbnz    x0, 3b
    bl      report
    b       power_off

report:
    stp     x29, x30, [sp, #-16]!
    address x0, results
    ldp     x20, x21, [x0]
    ldp     x22, x23, [x0, #16]
    print   "claim 7: torn snapshots taken for good: "
    print_unsigned x21
    print   "\nclaim 7: times that the flag was seen set: "
    print_unsigned x22
    print   "\ntime: snapshots taken for good: "
    print_unsigned x20
    print   ", the first torn one is wrong by "
    print_signed x23
    print   " ns\n"
    ldp     x29, x30, [sp], #16
    ret

/*
 * vCPU 1: reads until it is enough.
 *     x20  copies taken for good      x22  looks that found the flag set
 *     x21  of these, torn             x23  how far from adding up the first torn one is
 */
read_repeatedly:
    stp     x29, x30, [sp, #-16]!
    mov     x20, #0
    mov     x21, #0
    mov     x22, #0
    mov     x23, #0
    bl      origin                      // vCPU 0 is waiting for us: nothing can be torn yet
    mov     x24, x0                     // x24: what every copy must come to
    address x1, reading
    mov     x0, #1
    stlr    x0, [x1]
1:  bl      origin
    add     x20, x20, #1
    subs    x0, x0, x24
    b.eq    2f
    cmp     x21, #0
    csel    x23, x0, x23, eq
    add     x21, x21, #1
2:  address x1, enough
    ldar    x0, [x1]
    cbz     x0, 1b
    address x1, results
    stp     x20, x21, [x1]
    stp     x22, x23, [x1, #16]
    address x1, reading
    stlr    xzr, [x1]
    ldp     x29, x30, [sp], #16
    ret

/*
 * x0 = entry time minus all times, of an accepted copy: like runstate_read (lib/runstate.S), but without
 * keeping the copy.  x22 grows with each read that finds the flag set.
 */
origin:
    address x1, area
1:  ldr     x2, [x1, #vcpu_runstate_info_state_entry_time]
    tbz     x2, #XEN_RUNSTATE_UPDATE_BIT, 2f
    add     x22, x22, #1
    b       1b
2:  dmb     ishld
    ldp     x3, x4, [x1, #vcpu_runstate_info_time]
    ldp     x5, x6, [x1, #(vcpu_runstate_info_time + 16)]
    dmb     ishld
    ldr     x7, [x1, #vcpu_runstate_info_state_entry_time]
    cmp     x7, x2
    b.ne    1b
    sub     x0, x2, x3
    sub     x0, x0, x4
    sub     x0, x0, x5
    sub     x0, x0, x6
    ret

#include "lib/end.S"
