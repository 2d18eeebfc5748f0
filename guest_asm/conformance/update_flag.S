/*
 * The update flag, bit 63 of state_entry_time: with the assist on, Xen sets it before it changes the area and clears
 * it afterwards, each time by a store to byte 15.  A single vCPU never sees it set, but if only that byte can be
 * written, the vCPU sees that the byte was.
 */
#include "include/conformance.h"
#include "include/areas.S"

#define FLAG_BYTE       15
#define AREA_AT(bytes)  (AREA_VA + PAGE_SIZE - (bytes))     /* so many bytes of it are in its first page */

.macro assist command:req
    mov     x0, #\command
    mov     x1, #VMASST_TYPE_runstate_update_flag
    hypercall HYPERVISOR_vm_assist
.endm
/* Says the flag of the area in first_page. */
.macro say_flag key:req
    address x0, first_page
    ldrb    w0, [x0, #FLAG_BYTE]
    lsr     w0, w0, #7
    say_yes_no "\key", x0
.endm
/* Reports what is filled and what a switch writes, and the flag each time. */
.macro flags id:req
    bl      fill_pages
    register AREA_VA
    rule    "\id"
    say_overwritten "filled"
    say_flag "flag"
    bl      fill_pages
    bl      wait
    say_overwritten "written"
    say_flag "flag_then"
    end_rule
.endm
/* Reports what a switch writes of either page of the area at \va. */
.macro parts id:req, va:req
    register \va
    bl      fill_pages
    bl      wait
    rule    "\id"
    address x0, first_page
    bl      bytes_overwritten
    say     "first", x0
    address x0, second_page
    bl      bytes_overwritten
    say     "second", x0
    end_rule
    unregister
.endm

    .bss
    .balign 8
copy:
    .space  vcpu_runstate_info_size

    .text
kernel_main:
    bl      boot_mmu
    map     AREA_VA, first_page, KERNEL_DATA
    map     NEXT_VA, second_page, KERNEL_DATA

    // The assist is off, on, off again; the area is registered meanwhile.
    flags   "FLG-001"
    address x19, first_page
    mov     x0, #(1 << 63)
    str     x0, [x19, #vcpu_runstate_info_state_entry_time]
    bl      wait
    rule    "FLG-002"
    say_flag "flag"
    end_rule
    bl      fill_pages
    assist  VMASST_CMD_enable
    rule    "FLG-003"
    say     "result", x0
    say_overwritten "written"
    end_rule
    flags   "FLG-004"
    mov     x0, #(1 << 63)
    str     x0, [x19, #vcpu_runstate_info_state_entry_time]
    bl      wait
    rule    "FLG-005"
    say_flag "flag"
    end_rule
    // A reader that waits for the flag to be clear, and reads again if the entry time changed.
    mov     x0, x19
    address x1, copy
    bl      runstate_read
    ldr     x20, [x1, #vcpu_runstate_info_state_entry_time]
    bl      wait
    mov     x0, x19
    address x1, copy
    bl      runstate_read
    ldr     x0, [x1, #vcpu_runstate_info_state_entry_time]
    sub     x0, x0, x20
    ldr     x1, =1000000                // shorter than the wait
    cmp     x0, x1
    cset    x0, hi
    report_yes_no "FLG-006", "entry_time_goes_on", x0
    bl      fill_pages
    assist  VMASST_CMD_disable
    rule    "FLG-007"
    say     "result", x0
    say_overwritten "written"
    end_rule

    // Byte 15 is in the second page, the first one is unmapped; then the other way round.
    unmap   AREA_VA
    parts   "FLG-008", AREA_AT(8)
    assist  VMASST_CMD_enable
    parts   "FLG-009", AREA_AT(8)
    register AREA_AT(8)
    address x0, second_page
    bl      fill_page
    bl      wait
    address x0, second_page
    ldr     x0, [x0]
    report_hex "FLG-010", "entry_time", x0
    parts   "FLG-011", AREA_AT(16)
    map     AREA_VA, first_page, KERNEL_DATA
    unmap   NEXT_VA
    parts   "FLG-012", AREA_AT(8)
    parts   "FLG-013", AREA_AT(16)
    b       power_off
    .ltorg

#include "lib/end.S"
