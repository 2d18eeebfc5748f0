/*
 * console_io: how much is written and read at a time, which bits of the arguments count, and pointers to buffers that
 * cannot be read or written in full.  The argument page holds the text, and the page behind it is not mapped.
 *
 * A guest cannot see what Xen prints.  So one write begins the line of such a rule, and what the write under test
 * prints appears in the middle of that line.
 */
#include "include/conformance.h"
#include "include/argument.S"

#define CHUNK           127             /* bytes that Xen copies at a time */
#define PRINTED         0x0a6465746e697270      /* "printed", and the line ends */
#define STARS           0x2a2a2a2a2a2a2a2a

/* console_io(command, count, pointer). */
.macro io command:req, count:req, pointer:req
    ldr     x0, =\command
    ldr     x1, =\count
    ldr     x2, =\pointer
    hypercall HYPERVISOR_console_io
.endm
/* Writes a text without an end of line. */
.macro begin text:req
    print   "\text"
.endm
/* Fills the argument page with stars, and puts "printed\n" so many bytes before its end. */
.macro stars_and_printed before_end:req
    address x0, argument
    add     x1, x0, #PAGE_SIZE
    ldr     x2, =STARS
1:  str     x2, [x0], #8
    cmp     x0, x1
    b.lo    1b
    ldr     x2, =PRINTED
    stur    x2, [x0, #-\before_end]
.endm

    .text
kernel_main:
    bl      boot_mmu
    map_argument_alone

    begin   "CON-001 write="
    stars_and_printed 8
    io      CONSOLEIO_write, 8, (ARGUMENT_END - 8)
    report  "CON-002", "result", x0
    io      CONSOLEIO_write, 0, UNMAPPED_VA
    report  "CON-003", "result", x0
    io      CONSOLEIO_write, 0x100000000, UNMAPPED_VA
    report  "CON-004", "result", x0
    io      (0x100000000 + CONSOLEIO_read), 0, UNMAPPED_VA
    report  "CON-005", "result", x0
    io      CONSOLEIO_write, 5, UNMAPPED_VA
    report  "CON-006", "result", x0

    // A chunk that can be read, and one behind it that cannot; then one of which half can be read.
    begin   "CON-007 first_chunk="
    stars_and_printed CHUNK
    io      CONSOLEIO_write, 2 * CHUNK, (ARGUMENT_END - CHUNK)
    mov     x19, x0
    begin   "\n"
    report  "CON-008", "result", x19
    begin   "CON-009 half_a_chunk="
    stars_and_printed 8
    io      CONSOLEIO_write, 9, (ARGUMENT_END - 8)
    mov     x19, x0
    begin   "\n"
    report  "CON-010", "result", x19

    // Bytes that are not ASCII letters.
    begin   "CON-011 bytes=a\200b\n"
    begin   "CON-012 bytes=a\240b\n"

    io      CONSOLEIO_read, 16, UNMAPPED_VA
    report  "CON-014", "result", x0
    io      CONSOLEIO_read, 0x80000000, UNMAPPED_VA
    report  "CON-015", "result", x0
    io      2, 1, UNMAPPED_VA
    report  "CON-016", "result", x0
    b       power_off
    .ltorg

#include "lib/end.S"
