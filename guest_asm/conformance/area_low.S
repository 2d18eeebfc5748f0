/*
 * Runstate areas that are registered, or due for an update, while their tables are not live: with the MMU off, with the
 * kernel's half empty or not walked, or with another process's lower half.
 */
#include "include/conformance.h"
#include "include/areas.S"
#include "include/low_call.S"

    page    other_pg_dir                // a second lower half: second_page is at LOWER_VA
    page    other_level2
    page    other_level3

/* x0 = the physical address of first_page. */
.macro first_page_physical
    address x0, first_page
    bl      virt_to_phys
.endm
/* Begins the rule, registers the area at x0 under x10 to x12, and says the result and what was filled. */
.macro low_rule id:req
    mov     x19, x0
    rule    "\id"
    bl      fill_pages                  // keeps x10 to x12
    mov     x0, x19
    bl      low_register
    say     "result", x0
    say_overwritten "filled"
.endm
/* Says what a switch writes. */
.macro say_written wait:req
    bl      fill_pages
    bl      \wait
    say_overwritten "written"
.endm
.macro use_lower_half directory:req
    address x0, \directory
    bl      virt_to_phys
    msr     ttbr0_el1, x0
    isb
    tlbi    vmalle1
    dsb     nsh
    isb
.endm

    .text
kernel_main:
    bl      boot_mmu
    map     AREA_VA, first_page, KERNEL_DATA
    map     LOWER_VA, first_page, KERNEL_DATA + DESC_NG

    // Registered where AREA_VA is not translated; then the kernel's tables are back.
    without_walks
    ldr     x0, =AREA_VA
    low_rule "RST-070"
    say_written wait
    end_rule
    with_empty_tables
    ldr     x0, =AREA_VA
    low_rule "RST-071"
    say_written wait
    end_rule
    without_mmu
    ldr     x0, =AREA_VA
    low_rule "RST-072"
    say_written wait
    end_rule

    // Physical addresses: with the MMU off, and then with it on, when they are not valid.
    first_page_physical
    without_mmu
    low_rule "RST-073"
    without_mmu
    say_written low_wait
    end_rule
    rule    "RST-074"
    say_written wait
    end_rule
    without_mmu
    ldr     x0, =NOWHERE
    low_rule "RST-075"
    end_rule
    first_page_physical
    add     x0, x0, #PAGE_SIZE - 8
    without_mmu
    low_rule "RST-076"
    end_rule
    register AREA_VA
    without_mmu
    rule    "RST-077"
    say_written low_wait
    end_rule

    // Two processes: at LOWER_VA one has first_page, the other second_page, then nothing.
    add_table other_pg_dir, 0, other_level2
    add_table other_level2, LOWER_VA >> 21, other_level3
    address x0, second_page
    bl      virt_to_phys
    ldr     x1, =KERNEL_DATA + DESC_NG
    orr     x20, x0, x1
    address x19, other_level3
    str     x20, [x19, #(((LOWER_VA >> 12) & 511) * 8)]
    dsb     ishst
    register LOWER_VA
    bl      fill_pages
    use_lower_half other_pg_dir
    bl      wait
    use_lower_half user_pg_dir
    rule    "RST-078"
    address x0, first_page
    bl      bytes_overwritten
    say     "registered", x0
    address x0, second_page
    bl      bytes_overwritten
    say     "live", x0
    end_rule
    str     xzr, [x19, #(((LOWER_VA >> 12) & 511) * 8)]
    dsb     ishst
    bl      fill_pages
    use_lower_half other_pg_dir
    bl      wait
    use_lower_half user_pg_dir
    rule    "RST-079"
    say_overwritten "meanwhile"
    say_written wait
    end_rule
    b       power_off
    .ltorg

#include "lib/end.S"
