/*
 * Runstate areas, and the pages behind them, for the cases about where an area may be.
 *
 *     map     AREA_VA, first_page, KERNEL_DATA    the page is there from now on
 *     area    "RST-001", AREA_VA + 8              "RST-001 result=0 filled=48 written=48"
 *
 * The three pages are filled with a pattern before each step, so that what Xen writes can be counted afterwards, in
 * units of 8 bytes: "filled" is what the registration itself writes, "written" what the next switch writes.
 */
#ifndef CONFORMANCE_AREAS_S
#define CONFORMANCE_AREAS_S

#define AREA_VA         WINDOW_VA
#define NEXT_VA         (WINDOW_VA + PAGE_SIZE)
#define LOWER_VA        0x500000                /* in the lower half, where user_level3 has room */
#define NOWHERE         (1 << 37)               /* an IPA with nothing behind it, in dom0 and in a domU */

    page    first_page
    page    second_page
    page    third_page

/* Maps the page at \va to \page of the image, with the descriptor bits \kind. */
.macro map va:req, page:req, kind:req
    ldr     x0, =\va
    address x1, \page
    ldr     x2, =\kind
    bl      map_area_page
.endm
/* Maps the page at \va with a complete descriptor, which need not lead to memory. */
.macro describe va:req, descriptor:req
    ldr     x0, =\va
    ldr     x1, =\descriptor
    bl      map_page
.endm
.macro unmap va:req
    ldr     x0, =\va
    bl      unmap_page
.endm

/* Registers the area at \va, for this vCPU, switches, unregisters; reports what was written meanwhile. */
.macro area id:req, va:req
    ldr     x0, =\va
    area_in_x0 "\id"
.endm
.macro area_in_x0 id:req
    rule    "\id"
    bl      try_area
    end_rule
.endm
/* The same for an area across two pages, with a count for each. */
.macro crossing_area id:req, va:req
    rule    "\id"
    ldr     x0, =\va
    bl      try_crossing_area
    end_rule
.endm
/* Registers the area at \va for this vCPU; x0 = the result. */
.macro register va:req
    ldr     x0, =\va
    mov     x1, #0
    bl      register_area
.endm
.macro unregister
    mov     x0, #0
    mov     x1, #0
    bl      register_area
.endm
/* Says how many bytes of the three pages were overwritten since fill_pages. */
.macro say_overwritten key:req
    bl      pages_overwritten
    say     "\key", x0
.endm

/* As area, but says which bytes are filled, counted from \va on.  The area is in first_page. */
.macro area_reach id:req, va:req
    rule    "\id"
    ldr     x0, =\va
    bl      try_reach
    end_rule
.endm

    .text
map_area_page:
    stp     x29, x30, [sp, #-32]!
    stp     x0, x2, [sp, #16]
    mov     x0, x1
    bl      virt_to_phys
    ldp     x3, x2, [sp, #16]
    orr     x1, x0, x2
    mov     x0, x3
    bl      map_page
    ldp     x29, x30, [sp], #32
    ret

fill_pages:
    stp     x29, x30, [sp, #-16]!
    address x0, first_page
    bl      fill_page
    address x0, second_page
    bl      fill_page
    address x0, third_page
    bl      fill_page
    ldp     x29, x30, [sp], #16
    ret

pages_overwritten:
    stp     x29, x30, [sp, #-32]!
    address x0, first_page
    bl      bytes_overwritten
    str     x0, [sp, #16]
    address x0, second_page
    bl      bytes_overwritten
    str     x0, [sp, #24]
    address x0, third_page
    bl      bytes_overwritten
    ldp     x1, x2, [sp, #16]
    add     x0, x0, x1
    add     x0, x0, x2
    ldp     x29, x30, [sp], #32
    ret

try_area:
    stp     x19, x30, [sp, #-16]!
    mov     x19, x0
    bl      fill_pages
    mov     x0, x19
    mov     x1, #0
    bl      register_area
    say     "result", x0
    say_overwritten "filled"
    bl      fill_pages
    bl      wait
    say_overwritten "written"
    unregister
    ldp     x19, x30, [sp], #16
    ret

try_crossing_area:
    stp     x19, x30, [sp, #-16]!
    mov     x19, x0
    bl      fill_pages
    mov     x0, x19
    mov     x1, #0
    bl      register_area
    say     "result", x0
    address x0, first_page
    bl      bytes_overwritten
    say     "filled_first", x0
    address x0, second_page
    bl      bytes_overwritten
    say     "filled_second", x0
    bl      fill_pages
    bl      wait
    address x0, first_page
    bl      bytes_overwritten
    say     "written_first", x0
    address x0, second_page
    bl      bytes_overwritten
    say     "written_second", x0
    unregister
    ldp     x19, x30, [sp], #16
    ret
    .ltorg

try_reach:
    stp     x19, x30, [sp, #-16]!
    mov     x19, x0
    address x0, first_page
    bl      fill_page
    mov     x0, x19
    mov     x1, #0
    bl      register_area
    say     "result", x0
    and     x3, x19, #(PAGE_SIZE - 1)
    address x0, first_page
    mov     x1, #0
1:  ldrb    w2, [x0, x1]
    cmp     w2, #(FILL & 0xff)
    b.ne    2f
    add     x1, x1, #1
    cmp     x1, #PAGE_SIZE
    b.lo    1b
    say_word "untouched"
    b       4f
2:  sub     x1, x1, x3
    say     "from", x1
    mov     x1, #PAGE_SIZE
3:  sub     x1, x1, #1
    ldrb    w2, [x0, x1]
    cmp     w2, #(FILL & 0xff)
    b.eq    3b
    sub     x1, x1, x3
    say     "to", x1
4:  unregister
    ldp     x19, x30, [sp], #16
    ret

/* table[index] = the table next, with the MMU on: the entry was invalid, so break-before-make is not needed. */
.macro add_table table:req, index:req, next:req
    address x0, \next
    bl      virt_to_phys
    add     x0, x0, #DESC_TABLE
    address x1, \table
    str     x0, [x1, #(\index * 8)]
    dsb     ishst
    isb
.endm

#endif
