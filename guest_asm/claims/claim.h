/*
 * Shared by the kernels of the nine claims: a registration of the area in the way that the hypervisor
 * accepts, a wait that switches the vCPU out and in again, and a check of what was written in between.
 *
 * Watched memory is filled with FILL and checked afterwards, by its address in the image, which only this
 * kernel knows.
 */
#ifndef CLAIM_H
#define CLAIM_H

#include "lib/kernel.h"
#include "lib/watch.S"

#define AREA_VA         0x420000                /* in the lower half: any table set has its own page there */
#define WAIT_MS         1

/* Prints "text: yes" if xa and xb differ, else "text: no".  Spoils x19 and the same registers as a call. */
.macro print_differ text:req, xa:req, xb:req
    eor     x19, \xa, \xb
    print   "\text: "
    mov     x0, x19
    bl      put_yes_or_no
.endm

    .text
put_yes_or_no:
    stp     x29, x30, [sp, #-16]!
    cbz     x0, 1f
    print   "yes\n"
    ldp     x29, x30, [sp], #16
    ret
1:  print   "no\n"
    ldp     x29, x30, [sp], #16
    ret

/*
 * Asks Xen to keep the runstate of vCPU x2 in the area at virtual address x0, the same memory as x1 in
 * the image.  If Xen accepts physical addresses, the area is registered by its physical address: the guest
 * means the memory, not the address.  Ends a line of the console with request and answer; x0 = the answer.
 */
register_area:
    stp     x29, x30, [sp, #-48]!
    stp     x19, x20, [sp, #16]
    stp     x0, x1, [sp, #32]
    mov     x20, x2
    mov     x0, x1
    bl      virt_to_phys
    str     x0, [sp, #40]
    mov     x0, #VCPUOP_register_runstate_phys_area
    mov     x1, x20
    add     x2, sp, #40
    hypercall HYPERVISOR_vcpu_op
    mov     x19, x0
    cmn     x19, #EINVAL                // Arm releases know op 14, and refuse it so
    b.eq    1f
    print   "register by physical address: "
    b       2f
1:  ldr     x0, [sp, #32]
    mov     x1, x20
    bl      register_by_virtual_address
    mov     x19, x0
    print   "register by virtual address: "
2:  print_signed x19
    print   "\n"
    mov     x0, x19
    ldp     x19, x20, [sp, #16]
    ldp     x29, x30, [sp], #48
    ret

/* The same by the virtual address x0 only, for vCPU x1, silently. */
register_by_virtual_address:
    str     x0, [sp, #-16]!
    mov     x0, #VCPUOP_register_runstate_memory_area
    mov     x2, sp
    hypercall HYPERVISOR_vcpu_op
    add     sp, sp, #16
    ret

/* Waits for the timer once: the vCPU is switched out and in again, in the kernel. */
wait:
    stp     x29, x30, [sp, #-16]!
    mov     x0, #WAIT_MS
    bl      arm_timer
    wfi
    ldp     x29, x30, [sp], #16
    ret

/* x0 = when the state last changed, by the area at x0. */
entry_time:
    ldr     x0, [x0, #vcpu_runstate_info_state_entry_time]
    ret
    .ltorg

#endif
