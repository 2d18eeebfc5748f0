/*
 * Claim 1: Xen assumes that user space never reuses the virtual address of the area.
 *
 * Unlike Linux, this kernel does not keep its data in the upper half: its runstate area is at AREA_VA,
 * in the lower half.  A process has its own tables, and at AREA_VA its own page, which it fills and never
 * writes to again.  It waits WAITS times; each time the vCPU is switched out and in.
 *
 * A walk of the live tables then finds the area in the process.  No error is reported: the registration
 * and the waits all succeed, and the kernel's own page stays as it was.
 */
#include "claim.h"
#include "process.S"

#define WAITS           4

    page    kernel_page                 // at AREA_VA for the kernel
    page    process_page                // at AREA_VA for the process

    user_code user_page
/* EL0. x0 = how many bytes of the page were overwritten, x1 and x2 = its first two words. */
user_fill:
    mov     x0, #AREA_VA
    ldr     x1, =FILL
    add     x2, x0, #PAGE_SIZE
1:  str     x1, [x0], #8
    cmp     x0, x2
    b.lo    1b
    svc     #0
user_wait:
    wfi
    svc     #0
user_look:
    mov     x4, #AREA_VA
    ldr     x5, =FILL
    add     x6, x4, #PAGE_SIZE
    ldp     x1, x2, [x4]
    mov     x0, #0
1:  ldr     x7, [x4], #8
    cmp     x7, x5
    add     x8, x0, #8
    csel    x0, x0, x8, eq
    cmp     x4, x6
    b.lo    1b
    svc     #0
    .ltorg
    user_code_end

    .text
kernel_main:
    bl      boot_mmu
    address x0, user_page
    bl      user_init
    address x0, kernel_page
    bl      map_kernel_area
    address x0, process_page
    bl      make_process
    print   "claim 1: "
    mov     x0, #AREA_VA
    address x1, kernel_page
    mov     x2, #0
    bl      register_area
    bl      wait                        // once in the kernel, which finds its own page
    address x0, kernel_page
    bl      entry_time
    mov     x20, x0

    address x0, process_pg_dir
    bl      use_tables
    address x0, user_fill
    bl      call_user
    mov     x24, #WAITS
1:  mov     x0, #WAIT_MS
    bl      arm_timer
    address x0, user_wait
    bl      call_user
    subs    x24, x24, #1
    b.ne    1b
    address x0, user_look
    bl      call_user
    mov     x21, x0
    mov     x22, x1
    mov     x23, x2
    address x0, user_pg_dir
    bl      use_tables
    bl      report
    b       power_off

/* x21 to x23: what the process saw; x20: the entry time that the kernel saw before. */
report:
    stp     x29, x30, [sp, #-16]!
    print   "claim 1: user memory overwritten: "
    print_unsigned x21
    print   " bytes\nclaim 1: its first word was 0x5a5a5a5a5a5a5a5a, is "
    print_hex x22
    print   "\ntime: its second word was 0x5a5a5a5a5a5a5a5a, is "
    print_hex x23
    print   "\n"
    address x0, kernel_page
    bl      entry_time
    mov     x21, x0
    print_differ "claim 1: the kernel's area was updated meanwhile", x21, x20
    ldp     x29, x30, [sp], #16
    ret

#include "lib/end.S"
