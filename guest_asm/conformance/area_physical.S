/*
 * VCPUOP_register_runstate_phys_area, the runstate area by guest-physical address that came with 4.18: Xen/Arm knows
 * the command and refuses it.  The model `phys` shows what common code would do.
 */
#include "include/conformance.h"
#include "include/areas.S"

#define UNREGISTER      0xffffffffffffffff
#define PAST_MEMORY     (1 << 37)

/* Registers the area at physical address x0 for vCPU \vcpu; reports the result and what is written. */
.macro physical_area id:req, vcpu=0
    mov     x1, #\vcpu
    rule    "\id"
    bl      try_physical_area
    end_rule
.endm
.macro first_page_physical offset=0
    address x0, first_page
    bl      virt_to_phys
    add     x0, x0, #\offset
.endm

    .text
register_physical_area:
    str     x0, [sp, #-16]!
    mov     x0, #VCPUOP_register_runstate_phys_area
    mov     x2, sp
    hypercall HYPERVISOR_vcpu_op
    add     sp, sp, #16
    ret
try_physical_area:
    stp     x19, x30, [sp, #-32]!
    stp     x20, x21, [sp, #16]
    mov     x19, x0
    mov     x20, x1
    bl      fill_pages
    mov     x0, x19
    mov     x1, x20
    bl      register_physical_area
    say     "result", x0
    say_overwritten "filled"
    bl      fill_pages
    bl      wait
    say_overwritten "written"
    ldp     x20, x21, [sp, #16]
    ldp     x19, x30, [sp], #32
    ret

/* Says what a switch writes by physical and by virtual address. */
say_which:
    stp     x29, x30, [sp, #-16]!
    bl      fill_pages
    bl      wait
    address x0, first_page
    bl      bytes_overwritten
    say     "by_physical", x0
    address x0, second_page
    bl      bytes_overwritten
    say     "by_virtual", x0
    ldp     x29, x30, [sp], #16
    ret

kernel_main:
    bl      boot_mmu
    map     AREA_VA, second_page, KERNEL_DATA
    first_page_physical
    physical_area "RST-180"
    // Where it is accepted, it stays registered when later ones are refused.
    first_page_physical 4
    physical_area "RST-181"
    first_page_physical PAGE_SIZE - 8
    physical_area "RST-182"
    ldr     x0, =PAST_MEMORY
    physical_area "RST-183"
    // An area by virtual address, in second_page, beside it; then the latter alone.
    register AREA_VA
    rule    "RST-184"
    bl      say_which
    end_rule
    ldr     x0, =UNREGISTER
    mov     x1, #0
    bl      register_physical_area
    rule    "RST-185"
    say     "result", x0
    bl      say_which
    end_rule
    bl      second_vcpu
    cbz     x0, power_off
    unregister
    first_page_physical
    physical_area "RST-186", 1
    b       power_off
    .ltorg

#include "lib/end.S"
