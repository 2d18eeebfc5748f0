/*
 * The layout of the two halves of the address space, and the bits of a descriptor.
 * 39-bit addresses (T0SZ = T1SZ = 25) and 4 KiB pages: three levels, each table 512 entries in one page.
 *
 *   upper half, TTBR1_EL1
 *     0xffffffffffffe000  TRAMPOLINE_VA  one page of vectors, the same in both directories (kpti.S)
 *     0xffffff8000200000                 end of the window that has a level-3 table
 *            ...          WINDOW_VA      pages that a guest maps and unmaps as it runs
 *     0xffffff8000000000  KERNEL_VA      the image, page by page; at most 1 MiB
 *   lower half, TTBR0_EL1
 *     0x0000000000411000  USER_STACK_TOP
 *     0x0000000000410000  USER_DATA_VA   one page, read and write
 *     0x0000000000400000  USER_TEXT_VA   one page of code
 */
#ifndef GUEST_LAYOUT_H
#define GUEST_LAYOUT_H

#define PAGE_SIZE       4096

#define KERNEL_VA       0xffffff8000000000
#define WINDOW_VA       0xffffff8000100000
#define WINDOW_OFFSET   0x100000                /* the image may be that large */
#define TRAMPOLINE_VA   0xffffffffffffe000

#define TRAMPOLINE_ENTRY (510 * 8)              /* its place in the level-3 table */

#define USER_TEXT_VA    0x400000
#define USER_DATA_VA    0x410000
#define USER_STACK_TOP  0x411000

/*
 * Descriptors (Arm ARM, VMSAv8-64 translation table format).  Every leaf here is Normal write-back
 * memory (attribute 0 of MAIR_EL1), inner shareable, with its access flag set.
 */
#define DESC_TABLE      0x3                     /* bits 1:0; levels 1 and 2 */
#define DESC_PAGE       0x3                     /* bits 1:0; level 3 */
#define DESC_BLOCK      0x1                     /* bits 1:0; level 2: 2 MiB */
#define DESC_USER       0x40                    /* AP[1]: EL0 may access it, too */
#define DESC_READONLY   0x80                    /* AP[2] */
#define DESC_NORMAL     0x700                   /* access flag, SH = inner shareable, AttrIndx 0 */
#define DESC_NG         0x800                   /* not global: the TLB entry belongs to one ASID */
#define DESC_PXN        0x0020000000000000      /* EL1 may not execute it */
#define DESC_UXN        0x0040000000000000      /* EL0 may not execute it */

/*
 * With KPTI the kernel's own mappings must not be global: a global TLB entry matches under every ASID,
 * and would still translate kernel addresses after the tables were switched away.
 */
#ifdef KPTI
#define KERNEL_NG       DESC_NG
#else
#define KERNEL_NG       0
#endif

#define KERNEL_TEXT     (DESC_PAGE + DESC_NORMAL + DESC_UXN + DESC_READONLY + KERNEL_NG)
#define KERNEL_RODATA   (KERNEL_TEXT + DESC_PXN)
#define KERNEL_DATA     (DESC_PAGE + DESC_NORMAL + DESC_UXN + DESC_PXN + KERNEL_NG)
#define USER_TEXT       (DESC_PAGE + DESC_NORMAL + DESC_USER + DESC_PXN + DESC_READONLY + DESC_NG)
#define USER_DATA       (DESC_PAGE + DESC_NORMAL + DESC_USER + DESC_UXN + DESC_PXN + DESC_NG)
/* The trampoline is the only kernel page that is always mapped, so only it stays global. */
#define TRAMPOLINE_TEXT (DESC_PAGE + DESC_NORMAL + DESC_UXN + DESC_READONLY)
#define IDENTITY_BLOCK  (DESC_BLOCK + DESC_NORMAL + DESC_UXN + DESC_READONLY + DESC_NG)

/*
 * Two ASIDs for the one process: the even one while its kernel runs, the odd one while it is in user
 * mode.  TCR_EL1.A1 = 1, so the ASID is in TTBR1_EL1, and changes together with the kernel's tables.
 */
#define KERNEL_ASID     2
#define USER_ASID_BIT   48                      /* bit 0 of the ASID, in TTBR1_EL1 */

#endif
