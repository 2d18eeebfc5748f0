/*
 * GNTTABOP_copy: by frame or by reference, at offsets, too long, of zero bytes, and in lists.  MMU on.
 */
#include "include/conformance.h"
#include "include/grants.S"

#define PATTERN         0x0123456789abcdef
#define NO_REFERENCE    0x100000
#define NO_DOMAIN       0x7000
#define NO_FRAME        0x7ffff

#define DOM             8               /* in source and dest, after the frame or the reference */
#define OFFSET          10

    page    target

/*
 * A copy of `length` bytes: from the frame or reference in x19 of domain w20 at `from`, to those in x21 and w22
 * at `to`.
 */
.macro put_copy from:req, to:req, length:req, flags=0, at=0
    put64_reg (\at + gnttab_copy_source), x19
    put16_reg (\at + gnttab_copy_source + DOM), w20
    put16   (\at + gnttab_copy_source + OFFSET), \from
    put64_reg (\at + gnttab_copy_dest), x21
    put16_reg (\at + gnttab_copy_dest + DOM), w22
    put16   (\at + gnttab_copy_dest + OFFSET), \to
    put16   (\at + gnttab_copy_len), \length
    put16   (\at + gnttab_copy_flags), \flags
    put16   (\at + gnttab_copy_status), 0x77
.endm
.macro report_copy id:req, from:req, to:req, length:req, flags=0
    bl      clear_target
    put_copy \from, \to, \length, \flags
    grant   GNTTABOP_copy
    bl      look_at_target
    rule    "\id"
    say     "result", x0
    say     "status", x1
    say     "arrived", x2               // how many bytes of the target are not 0, and where they begin
    say     "at", x3
    end_rule
.endm

    .text
/* x1 = the status, x2 = how many bytes of the target are not 0, x3 = the offset of the first. Keeps x0. */
look_at_target:
    get16s  x1, gnttab_copy_status
    address x9, target
    mov     x2, #0
    mov     x3, #0
    mov     x10, #0
1:  ldrb    w11, [x9, x10]
    cbz     w11, 2f
    cmp     x2, #0
    csel    x3, x10, x3, eq
    add     x2, x2, #1
2:  add     x10, x10, #1
    cmp     x10, #PAGE_SIZE
    b.lo    1b
    ret
clear_target:
    address x9, target
    add     x10, x9, #PAGE_SIZE
1:  stp     xzr, xzr, [x9], #16
    cmp     x9, x10
    b.lo    1b
    b       zero_structure

/* Source and destination are frames of the domain itself. */
own_frames:
    str     x30, [sp, #-16]!
    frame_of x19, lent
    frame_of x21, target
    mov     w20, #DOMID_SELF
    mov     w22, #DOMID_SELF
    ldr     x30, [sp], #16
    ret

kernel_main:
    bl      boot_mmu
    bl      prepare_grants
    address x0, lent
    bl      fill_page
    grant_entry 20, GTF_permit_access, lent
    grant_entry 21, (GTF_permit_access + GTF_readonly), target
    grant_entry 22, GTF_permit_access, target
    bl      own_frames
    report_copy "GNT-054", 0, 0, 4096
    report_copy "GNT-055", 100, 51, 7
    report_copy "GNT-056", 4095, 4095, 1
    report_copy "GNT-057", 4090, 0, 7
    report_copy "GNT-058", 0, 4090, 7
    bl      empty_copies
    bl      copies_by_reference
    bl      refused_copies
    bl      lists
    b       power_off
    .ltorg

empty_copies:
    str     x30, [sp, #-16]!
    report_copy "GNT-059", 0, 0, 0
    ldr     x19, =NO_FRAME
    report_copy "GNT-060", 0, 0, 0
    bl      own_frames
    ldr     x30, [sp], #16
    ret
    .ltorg

copies_by_reference:
    str     x30, [sp, #-16]!
    mov     x19, #20
    mov     w20, w27
    report_copy "GNT-061", 8, 16, 24, GNTCOPY_source_gref
    grant_flags x0, 20
    report_hex "GNT-062", "flags", x0
    bl      own_frames
    mov     x21, #22
    mov     w22, w27
    report_copy "GNT-063", 8, 16, 24, GNTCOPY_dest_gref
    mov     x21, #21
    report_copy "GNT-064", 8, 16, 24, GNTCOPY_dest_gref
    bl      own_frames
    mov     x19, #23                    // not granted
    mov     w20, w27
    report_copy "GNT-065", 8, 16, 24, GNTCOPY_source_gref
    ldr     x19, =NO_REFERENCE
    report_copy "GNT-066", 8, 16, 24, GNTCOPY_source_gref
    mov     x19, #20
    mov     w20, #NO_DOMAIN
    report_copy "GNT-067", 8, 16, 24, GNTCOPY_source_gref
    ldr     x30, [sp], #16
    ret
    .ltorg

refused_copies:
    str     x30, [sp, #-16]!
    bl      own_frames
    mov     w20, w27                    // a frame, and a domain by its number
    report_copy "GNT-068", 8, 16, 24
    bl      own_frames
    ldr     x19, =NO_FRAME
    report_copy "GNT-069", 8, 16, 24
    ldr     x30, [sp], #16
    ret
    .ltorg

lists:
    str     x30, [sp, #-16]!
    bl      own_frames
    bl      clear_target
    ldr     x19, =NO_FRAME
    put_copy 0, 0, 8
    bl      own_frames
    put_copy 0, 32, 8, 0, gnttab_copy_size
    grant   GNTTABOP_copy, 2
    mov     x5, x0
    get16s  x4, (gnttab_copy_size + gnttab_copy_status)
    bl      look_at_target
    rule    "GNT-070"
    say     "result", x5
    say     "first", x1
    say     "second", x4
    say     "arrived", x2
    end_rule
    ldr     x30, [sp], #16
    ret
    .ltorg

#include "lib/end.S"
