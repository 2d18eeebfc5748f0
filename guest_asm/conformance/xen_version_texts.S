/*
 * xen_version, the commands that copy out a text or a number: how many bytes each writes, who gets them, and pointers
 * to memory that takes only a part of them.
 */
#include "include/conformance.h"
#include "include/argument.S"

#define EXTRAVERSION    16              /* public/version.h: what each command's structure has room for */
#define COMPILE_BY      64              /* struct xen_compile_info */
#define COMPILE_DOMAIN  80
#define COMPILE_DATE    112
#define COMPILE_SIZE    144

/* Calls the command and begins a line with its result and how much it wrote. */
.macro copy_out id:req, command:req
    lay     FILL
    ask     HYPERVISOR_xen_version, \command
    mov     x19, x0
    written x20
    rule    "\id"
    say     "result", x19
    say     "written", x20
.endm
/* The byte at this offset of the argument. */
.macro byte_at reg:req, offset:req
    address x0, argument
    ldrb    w0, [x0, #\offset]
    mov     \reg, x0
.endm
/* x21 = 0 if the byte at this offset is not NUL. */
.macro nul_at offset:req
    byte_at x22, \offset
    cmp     x22, #0
    csel    x21, x21, xzr, eq
.endm
/* x21 = 0 if the command returns anything but -EFAULT for NULL. */
.macro refused_null command:req
    ask     HYPERVISOR_xen_version, \command, 0
    cmn     x0, #EFAULT
    csel    x21, x21, xzr, eq
.endm

    .text
kernel_main:
    bl      boot_mmu
    map_argument_alone

    copy_out "VER-020", XENVER_extraversion
    mov     x21, #1
    nul_at  (EXTRAVERSION - 1)
    say_yes_no "ended", x21
    end_rule

    copy_out "VER-021", XENVER_compile_info
    end_rule
    // It contains four texts: each ends before the next one begins.  Only the compiler's must not be empty.
    byte_at x21, 0
    nul_at  (COMPILE_BY - 1)
    nul_at  (COMPILE_DOMAIN - 1)
    nul_at  (COMPILE_DATE - 1)
    nul_at  (COMPILE_SIZE - 1)
    report_yes_no "VER-022", "four_texts", x21

    copy_out "VER-023", XENVER_capabilities
    end_rule
    address x0, argument
    strb    wzr, [x0, #64]              // whatever the text is, that much of it fits in the line
    rule    "VER-024"
    text_length x21
    say     "length", x21
    say_word "text="
    address x0, argument
    bl      line_text
    end_rule

    copy_out "VER-025", XENVER_changeset
    end_rule
    copy_out "VER-026", XENVER_platform_parameters
    after   x21, 0
    say_hex "virt_start", x21
    end_rule
    copy_out "VER-027", XENVER_guest_handle
    after   x21, 0
    after   x22, 8
    orr     x21, x21, x22
    say_hex "handle", x21
    end_rule
    copy_out "VER-028", XENVER_commandline
    end_rule
    rule    "VER-029"
    after   x21, 0
    ldr     x22, =0x3e6465696e65643c    // "<denied>"
    cmp     x21, x22
    cset    x0, eq
    say_yes_no "denied", x0
    end_rule

    // Pointers to memory that takes nothing, or only a part.
    lay     FILL
    mov     x21, #1
    refused_null XENVER_extraversion
    refused_null XENVER_compile_info
    refused_null XENVER_capabilities
    refused_null XENVER_changeset
    refused_null XENVER_platform_parameters
    refused_null XENVER_get_features
    refused_null XENVER_guest_handle
    refused_null XENVER_commandline
    report_yes_no "VER-030", "all_efault", x21
    ask     HYPERVISOR_xen_version, XENVER_extraversion, NON_CANONICAL
    report  "VER-031", "result", x0
    address x1, rodata_start
    mov     x0, #XENVER_extraversion
    hypercall HYPERVISOR_xen_version
    report  "VER-032", "result", x0
    ask     HYPERVISOR_xen_version, XENVER_capabilities, (ARGUMENT_END - 24)
    mov     x19, x0
    written x20, PAGE_SIZE - 24
    rule    "VER-033"
    say     "result", x19
    say     "written", x20
    end_rule
    b       power_off
    .ltorg

#include "lib/end.S"
