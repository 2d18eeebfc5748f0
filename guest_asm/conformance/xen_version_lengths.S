/*
 * xen_version, the commands whose structure says how much room it has (struct xen_varbuf, struct xen_build_id):
 * the build ID, which every release has, and since 4.20 the texts of any length.  The texts themselves depend on who
 * built that Xen, so the case reports only lengths, and whether they agree.
 */
#include "include/conformance.h"
#include "include/argument.S"

#define ROOM            256

/* x0 = the length that a command answers with to NULL. */
.macro length_of command:req
    ask     HYPERVISOR_xen_version, \command, 0
.endm
/* Calls the command with so much room: x19 = its result, x20 = how much it wrote. */
.macro with_room command:req, room:req
    lay     \room
    ask     HYPERVISOR_xen_version, \command
    mov     x19, x0
    written x20
.endm
.macro say_both id:req
    rule    "\id"
    say     "result", x19
    say     "written", x20
    end_rule
.endm
/* Says whether the new command returns the length of the text that the old one copied, or the errno. */
.macro agree id:req, old:req, new:req
    lay     0
    ask     HYPERVISOR_xen_version, \old
    text_length x21
    length_of \new
    cmp     x0, x21
    cset    x20, eq
    cmp     x0, #0
    csel    x19, x0, xzr, lt
    rule    "\id"
    say     "result", x19
    say_yes_no "same_length", x20
    end_rule
.endm

    .text
kernel_main:
    bl      boot_mmu
    map_argument_alone

    length_of XENVER_build_id
    report  "VER-040", "result", x0
    with_room XENVER_build_id, 0
    say_both "VER-041"
    with_room XENVER_build_id, 4
    say_both "VER-042"
    with_room XENVER_build_id, ROOM
    address x21, argument
    ldr     w21, [x21]
    rule    "VER-043"
    say     "result", x19
    say     "written", x20
    say     "length_field", x21
    end_rule
    with_room XENVER_build_id, 0xffffffff
    say_both "VER-044"
    ask     HYPERVISOR_xen_version, XENVER_build_id, UNMAPPED_VA
    report  "VER-045", "result", x0
    lay     0
    lay_at  (PAGE_SIZE - 16), ROOM      // room for 12 bytes of it
    ask     HYPERVISOR_xen_version, XENVER_build_id, (ARGUMENT_END - 16)
    mov     x19, x0
    written x20, PAGE_SIZE - 12
    say_both "VER-046"

    // The texts of 4.20, each compared with its older command if that one cannot truncate it.
    agree   "VER-050", XENVER_extraversion, XENVER_extraversion2
    length_of XENVER_capabilities2
    report  "VER-051", "result", x0
    agree   "VER-052", XENVER_changeset, XENVER_changeset2
    length_of XENVER_commandline2
    cmp     x0, #0
    csel    x19, x0, xzr, lt            // its length depends on who started Xen
    report  "VER-053", "result", x19
    with_room XENVER_capabilities2, 30
    say_both "VER-054"
    with_room XENVER_capabilities2, ROOM
    say_both "VER-055"
    ask     HYPERVISOR_xen_version, XENVER_capabilities2, UNMAPPED_VA
    report  "VER-056", "result", x0
    b       power_off
    .ltorg

#include "lib/end.S"
