/*
 * The update-flag assist belongs to the domain: one vCPU turns it on and off for the areas of all.  It shows in an area
 * of which Xen can write only the byte with the flag: see update_flag.S.
 */
#include "include/conformance.h"
#include "include/areas.S"

#define AREA_AT_END     (AREA_VA + PAGE_SIZE - 8)           /* all but its first 8 bytes are in the second page */

    .bss
    .balign 8
second_command:
    .space  8

.macro second_asks command:req
    address x0, second_command
    mov     x1, #\command
    str     x1, [x0]
    mov     x0, #1
    address x1, second
    bl      cpu_on
    bl      wait
    bl      wait
.endm
.macro outcome id:req
    bl      fill_pages
    bl      wait
    rule    "\id"
    say_overwritten "written"
    end_rule
.endm

    .text
second:
    address x0, second_command
    ldr     x0, [x0]
    mov     x1, #VMASST_TYPE_runstate_update_flag
    hypercall HYPERVISOR_vm_assist
    ret

kernel_main:
    bl      boot_mmu
    bl      second_vcpu
    cbz     x0, power_off

    // vCPU 0's area crosses into second_page, and its first page is unmapped.
    map     AREA_VA, first_page, KERNEL_DATA
    map     NEXT_VA, second_page, KERNEL_DATA
    register AREA_AT_END
    unmap   AREA_VA
    outcome "FLG-020"
    second_asks VMASST_CMD_enable
    outcome "FLG-021"
    second_asks VMASST_CMD_disable
    outcome "FLG-022"
    b       power_off
    .ltorg

#include "lib/end.S"
