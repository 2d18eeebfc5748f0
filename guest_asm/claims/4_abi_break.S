/*
 * Claim 4: addresses that used to be accepted are refused, so a stable ABI is broken.
 *
 * Xen/Arm never checked the registered address: it stored the address, wrote there what it could, and
 * answered 0.  An implementation that translates in the hypercall has to report a failure.  Each line is one
 * kind of address and the answer; a good address before and after shows that the call itself works.
 */
#include "claim.h"

    page    area
    page    behind
    .section .rodata
    .balign 64
constant:                               // read-only in this kernel's tables
    .space  vcpu_runstate_info_size

/* Registers the address in x0, prints the answer, and counts in x20 those that are not 0. */
.macro try what:req
    mov     x1, #0
    bl      register_by_virtual_address
    mov     x19, x0
    cmp     x19, #0
    cinc    x20, x20, ne
    print   "claim 4: \what: "
    print_signed x19
    print   "\n"
.endm

    .text
kernel_main:
    bl      boot_mmu
    mov     x20, #0
    address x0, area
    try     "mapped, writable, aligned"
    mov     x21, x20                    // x21: how many refusals have other reasons
    address x0, area + 4
    try     "not a multiple of 8"
    ldr     x0, =WINDOW_VA
    try     "not mapped"
    address x0, area + PAGE_SIZE - 24
    try     "across a page boundary, both pages mapped"
    bl      only_the_first_page
    ldr     x0, =WINDOW_VA + PAGE_SIZE - 24
    try     "across a page boundary, second page not mapped"
    address x0, constant
    try     "read-only"
    ldr     x0, =0x0080000000000000
    try     "not canonical"
    ldr     x0, =GUEST_GICD_BASE
    try     "not in the tables, a device to Xen"
    mov     x0, #0
    try     "NULL"
    address x0, area
    try     "mapped, writable, aligned, again"
    sub     x20, x20, x21
    print   "claim 4: refused only for the address: "
    print_unsigned x20
    print   "\n"
    b       power_off
    .ltorg

/* Maps the area's page at WINDOW_VA, and nothing behind it. */
only_the_first_page:
    stp     x29, x30, [sp, #-16]!
    address x0, area
    bl      virt_to_phys
    ldr     x1, =KERNEL_DATA
    add     x1, x1, x0
    ldr     x0, =WINDOW_VA
    bl      map_page
    ldp     x29, x30, [sp], #16
    ret
    .ltorg

#include "lib/end.S"
