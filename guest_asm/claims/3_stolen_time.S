/*
 * Claim 3: so stolen time is wrong, and memory is corrupted, at random.
 *
 * The kernel of claim 1, whose area lies in the lower half, now runs two processes, and vCPU 1 competes
 * for the physical CPU all the time.  Process A has nothing at the address of the area, process B its own
 * page.  Random numbers decide which process runs, Xen when it is preempted: ROUNDS times, in user mode.
 *
 * The counter gives the true stolen time: a process that finds a gap was switched out for that long.  The
 * guest believes its area.  The difference between the two, as a share of the truth, is the error; the
 * bytes changed in B's page are the corruption.  Both have the same cause, and neither is reported.
 */
#define NR_CPUS 2
#include "claim.h"
#include "process.S"
#include "lib/gap.h"

#define ROUNDS          8
#define ROUND_MS        200             /* a round without a gap ends after that much time */
#define SEED            2020

    page    kernel_page                 // at AREA_VA for the kernel
    page    process_page                // at AREA_VA for process B

    user_code user_page
user_spin:
    spin_until_gap
    svc     #0
    user_code_end

    .text
/* vCPU 1. */
compete:
    b       compete

kernel_main:
    bl      boot_mmu
    mov     x0, #CNTKCTL_EL0VCTEN
    msr     cntkctl_el1, x0
    address x0, user_page
    bl      user_init
    address x0, kernel_page
    bl      map_kernel_area
    print   "claim 3: "
    mov     x0, #AREA_VA
    address x1, kernel_page
    mov     x2, #0
    bl      register_area
    mov     x0, #1
    address x1, compete
    bl      cpu_on
    bl      run_processes
    cbz     x20, nobody
    bl      report
    b       power_off
nobody:
    print   "claim 3: nobody wanted this physical CPU: give the guest a second vCPU on it\n"
    b       power_off

/*
 * ROUNDS turns of A or B.
 *     x20  rounds that were preempted      x22  bytes of B's memory that were overwritten
 *     x21  of these, B's                   x23  lost by the counter, ns       x24  stolen by the area, ns
 */
run_processes:
    stp     x29, x30, [sp, #-16]!
    mov     x20, #0
    mov     x21, #0
    mov     x22, #0
    mov     x23, #0
    mov     x25, #SEED                  // x25: the lots
    mov     x26, #ROUNDS
    address x0, kernel_page
    bl      stolen_time
    mov     x24, x0
1:  bl      draw_lot
    bl      run_process
    cbz     x0, 2f
    sub     x0, x0, x1                  // a burst of the process's own is no loss
    bl      ticks_to_ns
    add     x23, x23, x0
    add     x20, x20, #1
    add     x21, x21, x19
    address x0, process_page
    bl      bytes_overwritten
    add     x22, x22, x0
2:  subs    x26, x26, #1
    b.ne    1b
    address x0, kernel_page
    bl      stolen_time
    sub     x24, x0, x24
    ldp     x29, x30, [sp], #16
    ret

/* x19 = 0 for A or 1 for B: the top bit of a linear congruence (Knuth's MMIX). */
draw_lot:
    ldr     x0, =6364136223846793005
    ldr     x1, =1442695040888963407
    madd    x25, x25, x0, x1
    lsr     x19, x25, #63
    ret

/* A turn of process x19.  x0 and x1 = as spin_until_gap. */
run_process:
    stp     x29, x30, [sp, #-32]!
    address x0, process_page
    bl      fill_page
    address x0, process_page
    cmp     x19, #0
    csel    x0, x0, xzr, ne
    bl      make_process
    address x0, process_pg_dir
    bl      use_tables
    mov     x0, #ROUND_MS
    bl      ms_to_ticks
    read_counter x1
    add     x1, x1, x0
    address x0, user_spin
    bl      call_user
    stp     x0, x1, [sp, #16]
    address x0, user_pg_dir
    bl      use_tables
    ldp     x0, x1, [sp, #16]
    ldp     x29, x30, [sp], #32
    ret
    .ltorg

report:
    stp     x29, x30, [sp, #-16]!
    print   "claim 3: preempted in user mode: "
    print_unsigned x20
    print   " times, of these in B: "
    print_unsigned x21
    print   "\nclaim 3: memory of B overwritten: "
    print_unsigned x22
    print   " bytes\nclaim 3: error of the stolen time: "
    mov     x0, #100                    // (belief - truth) / truth in percent, to the nearest
    lsr     x1, x23, #1
    madd    x1, x24, x0, x1
    udiv    x1, x1, x23
    sub     x19, x1, #100
    print_signed x19
    print   " percent\ntime: stolen by the counter "
    print_unsigned x23
    print   " ns, by the area "
    print_unsigned x24
    print   " ns\n"
    ldp     x29, x30, [sp], #16
    ret

#include "lib/end.S"
