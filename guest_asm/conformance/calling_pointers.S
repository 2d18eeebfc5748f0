/*
 * The calling convention: pointers.  They are virtual addresses, which Xen translates with the live tables and EL1's
 * permissions; if the CPU refuses, Xen walks the tables itself, and is more permissive.
 *
 * The hypercall is XENVER_guest_handle, which writes 16 bytes of zeros to its pointer: a page filled with a pattern
 * shows where they went.  Two pages of the image, first_page and second_page, are mapped side by side in the window,
 * as each rule needs them.
 */
#include "include/conformance.h"

#define DESC_ACCESSED   0x400                   /* the access flag */
#define TCR_TBI1_BIT    38                      /* the top byte of the upper half's addresses is not looked at */
#define TAG_BIT         56
#define CROSSING        (PAGE_SIZE - 8)

    .section .rodata
    .balign 8
null_pointer:                                   // an argument that Xen only reads; it names no area
    .quad   0

    page    first_page
    page    second_page

/* XENVER_guest_handle to the address in x1; x0 = the result. */
.macro ask
    mov     x0, #XENVER_guest_handle
    hypercall HYPERVISOR_xen_version
.endm

/* Reports the result of the call with an address, and how many bytes of the two pages were written. */
.macro pointer id:req
    bl      ask_and_look
    rule    "\id"
    say     "result", x0
    say     "first", x19
    say     "second", x20
    end_rule
.endm

/* Maps the page of the window with that number to a page of the image, with these descriptor bits. */
.macro map number:req, label:req, kind:req
    address x0, \label
    bl      virt_to_phys
    ldr     x1, =\kind
    add     x1, x1, x0
    ldr     x0, =WINDOW_VA + \number * PAGE_SIZE
    bl      map_page
.endm

.macro window reg:req, offset:req
    ldr     \reg, =WINDOW_VA + \offset
.endm

    .text
kernel_main:
    // MMU off: addresses are intermediate physical ones.
    bl      evict_pages
    address x1, first_page
    ask
    mov     x19, x0
    bl      boot_mmu
    report  "CAL-041", "result", x19

    address x1, first_page
    pointer "CAL-042"
    address x0, first_page
    bl      virt_to_phys
    mov     x1, x0
    pointer "CAL-043"
    mov     x1, #0
    pointer "CAL-044"
    window  x1, 0
    pointer "CAL-045"

    map     0, first_page, KERNEL_RODATA
    window  x1, 0
    pointer "CAL-046"
    mov     x0, #VCPUOP_register_runstate_memory_area
    mov     x1, #0
    address x2, null_pointer
    hypercall HYPERVISOR_vcpu_op
    report  "CAL-047", "result", x0
    map     0, first_page, USER_DATA
    window  x1, 0
    pointer "CAL-048"
    map     0, first_page, KERNEL_DATA - DESC_ACCESSED
    window  x1, 0
    pointer "CAL-049"

    // Two pages that are adjacent only in the window: in memory the second one precedes the first.
    map     0, second_page, KERNEL_DATA
    map     1, first_page, KERNEL_DATA
    window  x1, CROSSING
    pointer "CAL-050"
    window  x1, 13
    pointer "CAL-051"
    ldr     x0, =WINDOW_VA + PAGE_SIZE
    bl      unmap_page
    window  x1, CROSSING
    pointer "CAL-052"
    map     1, first_page, KERNEL_RODATA
    window  x1, CROSSING
    pointer "CAL-053"
    bl      tags
    b       power_off
    .ltorg

/* Bits above those that are translated. */
tags:
    str     x30, [sp, #-16]!
    window  x1, 0
    bic     x1, x1, #(1 << TAG_BIT)
    pointer "CAL-054"
    window  x1, 0
    bic     x1, x1, #(1 << 63)
    pointer "CAL-055"
    mrs     x0, tcr_el1
    orr     x0, x0, #(1 << TCR_TBI1_BIT)
    msr     tcr_el1, x0
    isb
    window  x1, 0
    and     x1, x1, #0x00ffffffffffffff
    pointer "CAL-056"
    mrs     x0, tcr_el1
    bic     x0, x0, #(1 << TCR_TBI1_BIT)
    msr     tcr_el1, x0
    isb
    ldr     x30, [sp], #16
    ret
    .ltorg

/* Xen may have written the pages through a cache: evicts the lines that are read with the MMU off. */
evict_pages:
    address x0, first_page
    add     x1, x0, #(2 * PAGE_SIZE)
    b       dcache_evict

/* x1 = the address to pass.  x0 = the result, x19, x20 = bytes that were written in the two pages. */
ask_and_look:
    stp     x30, x21, [sp, #-32]!
    str     x1, [sp, #16]
    address x0, first_page
    bl      fill_page
    address x0, second_page
    bl      fill_page
    ldr     x1, [sp, #16]
    ask
    mov     x21, x0
    address x0, first_page
    bl      bytes_overwritten
    mov     x19, x0
    address x0, second_page
    bl      bytes_overwritten
    mov     x20, x0
    mov     x0, x21
    ldp     x30, x21, [sp], #32
    ret

#include "lib/end.S"
