/*
 * Registering a runstate area again, and failing to: what replaces the previous area, what leaves it in place, and the
 * forms of the hypercall's argument, which points to a variable that contains the address.
 */
#include "include/conformance.h"
#include "include/areas.S"

#define NO_SUCH_VCPU    9
#define ARGUMENT_VA     (WINDOW_VA + 4 * PAGE_SIZE)         /* argument_page, and nothing behind it */

    page    argument_page

/* The call with x0 as its argument, for vCPU \vcpu; x0 = the result. */
.macro register_by_pointer vcpu=0
    mov     x2, x0
    mov     x0, #VCPUOP_register_runstate_memory_area
    mov     x1, #\vcpu
    hypercall HYPERVISOR_vcpu_op
.endm
/* Puts the address \va of an area at \at and calls; x0 = the result. */
.macro register_from at:req, va:req, vcpu=0
    ldr     x0, =\at
    ldr     x1, =\va
    str     x1, [x0]
    register_by_pointer \vcpu
.endm
/* Reports x0, and which of the two pages a switch writes. */
.macro outcome id:req
    rule    "\id"
    say     "result", x0
    bl      say_pages
    end_rule
.endm

    .text
say_pages:
    stp     x29, x30, [sp, #-16]!
    bl      fill_pages
    bl      wait
    address x0, first_page
    bl      bytes_overwritten
    say     "first", x0
    address x0, second_page
    bl      bytes_overwritten
    say     "second", x0
    ldp     x29, x30, [sp], #16
    ret

kernel_main:
    bl      boot_mmu
    map     AREA_VA, first_page, KERNEL_DATA
    map     NEXT_VA, second_page, KERNEL_DATA
    map     ARGUMENT_VA, argument_page, KERNEL_DATA

    // The area is in first_page; the second call shows what happens to it.
    register AREA_VA
    register AREA_VA
    outcome "RST-100"
    register NEXT_VA
    outcome "RST-101"
    register AREA_VA
    unregister
    outcome "RST-102"
    unregister
    outcome "RST-103"
    register AREA_VA
    register WINDOW_VA + 8 * PAGE_SIZE          // nothing there
    outcome "RST-104"

    // The argument cannot be read.
    register AREA_VA
    mov     x0, #0
    register_by_pointer
    outcome "RST-105"
    ldr     x0, =ARGUMENT_VA + PAGE_SIZE
    register_by_pointer
    outcome "RST-106"
    register_from ARGUMENT_VA + PAGE_SIZE - 8, NEXT_VA
    ldr     x0, =ARGUMENT_VA + PAGE_SIZE - 4
    register_by_pointer
    outcome "RST-107"
    mov     x0, #(1 << 60)
    register_by_pointer
    outcome "RST-108"
    // The argument can be read, but the vCPU does not exist.
    register_from ARGUMENT_VA, NEXT_VA, NO_SUCH_VCPU
    outcome "RST-109"
    ldr     x0, =ARGUMENT_VA + PAGE_SIZE
    register_by_pointer NO_SUCH_VCPU
    report  "RST-110", "result", x0

    // Other arguments that work: unaligned, in a read-only page, inside the area itself.
    unregister
    register_from ARGUMENT_VA + 3, AREA_VA
    outcome "RST-111"
    map     ARGUMENT_VA, argument_page, KERNEL_DATA + DESC_READONLY
    address x0, argument_page
    ldr     x1, =NEXT_VA
    str     x1, [x0]
    ldr     x0, =ARGUMENT_VA
    register_by_pointer
    outcome "RST-112"
    register_from AREA_VA, AREA_VA
    outcome "RST-113"
    b       power_off
    .ltorg

#include "lib/end.S"
