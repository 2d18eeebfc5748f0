/*
 * The page tables, and mapping a page at run time.
 *
 * All tables are static, in .bss: boot.S has cleared them, so an entry that is not written is invalid.
 */
#ifndef GUEST_PAGETABLE_S
#define GUEST_PAGETABLE_S

#include "boot.S"
#include "console.S"
#include "layout.h"

/* Text, constants and data get different permissions, so each starts on a page of its own.  These labels
 * are the first of their sections: boot.S, which comes earlier, has only text and .bss. */
    .section .rodata
    .balign PAGE_SIZE
rodata_start:
    .data
    .balign PAGE_SIZE
data_start:

    .bss
    .balign PAGE_SIZE
/* The three directories of the upper half, in this order and with nothing in between: user mode is two
 * pages below the kernel, so KPTI (kpti.S) moves TTBR1_EL1 with one addition and needs no memory. */
tramp_pg_dir:       .space PAGE_SIZE    // user mode: the trampoline and nothing else
reserved_pg_dir:    .space PAGE_SIZE    // always empty
swapper_pg_dir:     .space PAGE_SIZE    // kernel: everything
kernel_level2:      .space PAGE_SIZE
kernel_level3:      .space PAGE_SIZE    // KERNEL_VA, 2 MiB
tramp_level2:       .space PAGE_SIZE
tramp_level3:       .space PAGE_SIZE    // the last 2 MiB, both directories
/* The lower half: the process, and the identity map for the moment when the MMU is turned on. */
user_pg_dir:        .space PAGE_SIZE
user_level2:        .space PAGE_SIZE
user_level3:        .space PAGE_SIZE    // USER_TEXT_VA, 2 MiB
identity_pg_dir:    .space PAGE_SIZE
identity_level2:    .space PAGE_SIZE

/* table[index] = the table `next`.  With the MMU off: addresses are physical.  Spoils x0 and x1. */
.macro link_table table:req, index:req, next:req
    address x0, \table
    address x1, \next
    add     x1, x1, #DESC_TABLE
    str     x1, [x0, #(\index * 8)]
.endm

    .text
/*
 * Makes all tables that are the same for every guest.  MMU off, caches off, boot vCPU, once.
 * Keeps x17.
 */
make_tables:
    link_table swapper_pg_dir, 0, kernel_level2
    link_table kernel_level2, 0, kernel_level3
    link_table user_pg_dir, 0, user_level2
    link_table user_level2, 2, user_level3

    // The image, page by page. x0: level-3 entry, x1: physical page, x2: what the page is for.
    address x0, kernel_level3
    address x1, image
    address x3, rodata_start
    address x4, data_start
    address x5, image_end
    sub     x2, x5, x1
    cmp     x2, #WINDOW_OFFSET
    b.hi    image_too_large
1:  ldr     x2, =KERNEL_DATA
    cmp     x1, x4
    b.hs    2f
    ldr     x2, =KERNEL_RODATA
    cmp     x1, x3
    b.hs    2f
    ldr     x2, =KERNEL_TEXT
2:  add     x2, x2, x1
    str     x2, [x0], #8
    add     x1, x1, #PAGE_SIZE
    cmp     x1, x5
    b.lo    1b

    // The 2 MiB that the image lies in, at the virtual address that is their physical one.
    address x3, image
    address x0, identity_pg_dir
    address x1, identity_level2
    add     x2, x1, #DESC_TABLE
    ubfx    x4, x3, #30, #9             // level 1: 1 GiB an entry (so RAM must lie below 512 GiB)
    str     x2, [x0, x4, lsl #3]
    ubfx    x4, x3, #21, #9
    lsr     x3, x3, #21
    lsl     x3, x3, #21
    ldr     x2, =IDENTITY_BLOCK
    add     x2, x2, x3
    str     x2, [x1, x4, lsl #3]

#ifdef KPTI
    // The same last 2 MiB under both directories, and in them the trampoline.
    link_table swapper_pg_dir, 511, tramp_level2
    link_table tramp_pg_dir, 511, tramp_level2
    link_table tramp_level2, 511, tramp_level3
    address x0, tramp_level3
    address x1, trampoline
    ldr     x2, =TRAMPOLINE_TEXT
    add     x1, x1, x2
    str     x1, [x0, #TRAMPOLINE_ENTRY]
#endif

    // The boot code wrote around the caches. Lines fetched on speculation meanwhile are stale: out.
    address x0, data_start
    address x1, image_end
    b       dcache_evict                // returns for us
    .ltorg

image_too_large:
    print   "The image is larger than lib/layout.h has room for.\n"
    mov     x0, #SHUTDOWN_crash
    b       shutdown

/*
 * xd = virtual minus physical address of anything in the image.  With the MMU on, in the kernel:
 * TTBR1_EL1 holds the physical address of swapper_pg_dir, ADRP gives its virtual one.
 */
.macro virtual_offset xd:req, tmp:req
    mrs     \tmp, ttbr1_el1
    ubfx    \tmp, \tmp, #12, #36        // without the ASID above and CnP below
    adrp    \xd, swapper_pg_dir
    sub     \xd, \xd, \tmp, lsl #12
.endm

/* x0 = the physical address of the virtual address x0 of something in the image.  Spoils x1 and x2. */
virt_to_phys:
    virtual_offset x1, x2
    sub     x0, x0, x1
    ret

/*
 * x0 = the virtual address of the level-3 entry for the virtual address x0, or 0 if the tables above it
 * do not exist.  Keeps x6 and up.
 */
find_entry:
    virtual_offset x1, x2
    adrp    x2, user_pg_dir
    adrp    x3, swapper_pg_dir
    cmp     x0, #0                      // the upper half is the negative one
    csel    x2, x2, x3, ge
    ubfx    x3, x0, #30, #9             // level 1
    ldr     x2, [x2, x3, lsl #3]
    tbz     x2, #0, 1f
    ubfx    x2, x2, #12, #36
    add     x2, x1, x2, lsl #12         // a table's descriptor holds its physical address
    ubfx    x3, x0, #21, #9             // level 2
    ldr     x2, [x2, x3, lsl #3]
    tbz     x2, #0, 1f
    ubfx    x2, x2, #12, #36
    add     x2, x1, x2, lsl #12
    ubfx    x3, x0, #12, #9             // level 3
    add     x0, x2, x3, lsl #3
    ret
1:  mov     x0, #0
    ret

/*
 * Maps the page at x0 by the descriptor x1 (physical address plus one of layout.h's page kinds), replacing
 * any earlier mapping.  x0 = 0, or -EINVAL if no level-3 table covers the address.
 *
 * The old entry is broken first: a valid entry may not be replaced by another one in place, because
 * the hardware may use both for a while (Arm ARM, "break-before-make").  In between, the address is
 * unmapped for all observers, including Xen.
 */
map_page:
    mov     x6, x1
    mov     x7, x30
    mov     x8, x0
    bl      unmap_page
    mov     x30, x7
    cbnz    x0, 1f
    str     x6, [x9]                    // x9: the entry, from unmap_page
    dsb     ishst                       // walks from here on see it ...
    isb                                 // ... those of the next instruction, too
1:  ret

/* Unmaps the page at x0, on every vCPU and under every ASID.  x0 as map_page; x9 = the entry; keeps x6 and x7. */
unmap_page:
    mov     x8, x0
    mov     x10, x30
    bl      find_entry
    mov     x30, x10
    cbz     x0, 1f
    mov     x9, x0
    str     xzr, [x9]
    dsb     ishst                       // the entry is gone before ...
    ubfx    x8, x8, #12, #44
    tlbi    vaae1is, x8                 // ... anything cached of it goes
    dsb     ish
    isb
    mov     x0, #0
    ret
1:  mov     x0, #-EINVAL
    ret

#endif
