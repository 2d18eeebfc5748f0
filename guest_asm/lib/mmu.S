/*
 * Turning the MMU on.
 */
#ifndef GUEST_MMU_S
#define GUEST_MMU_S

#include "pagetable.S"

/* Attribute 0: Normal memory, write-back, read- and write-allocate, inner and outer. */
#define MAIR_VALUE      0xff

/* T0SZ = T1SZ = 25; walks are write-back cacheable and inner shareable in both halves; 4 KiB granule in
 * both (TG0 = 0, TG1 = 2); A1: the ASID is TTBR1's.  IPS and AS are added from ID_AA64MMFR0_EL1. */
#define TCR_T0SZ        25
#define TCR_WALKS0      (0x35 << 8)     /* SH0 = 3, ORGN0 = 1, IRGN0 = 1 */
#define TCR_T1SZ        (25 << 16)
#define TCR_A1          (1 << 22)
#define TCR_WALKS1      (0x35 << 24)
#define TCR_TG1_4K      (2 << 30)
#define TCR_VALUE       (TCR_T0SZ + TCR_WALKS0 + TCR_T1SZ + TCR_A1 + TCR_WALKS1 + TCR_TG1_4K)
#define TCR_IPS_SHIFT   32
#define TCR_AS_SHIFT    36

/* Armv8.0's RES1 bits; MMU, data and instruction cache on; SP alignment checked at EL1 and EL0; WFI and
 * WFE at EL0 are executed and not trapped to EL1; EL0 may clean caches and read CTR_EL0. */
#define SCTLR_RES1      0x30d00800
#define SCTLR_VALUE     (SCTLR_RES1 + 0x1005 + 0x18 + 0x50000 + 0x400c000)

    .text
/* How the boot vCPU gets to the upper half: makes the tables, then continues as enable_mmu. */
boot_mmu:
    mov     x17, x30
    bl      make_tables
    mov     x30, x17
/*
 * Called with the MMU off, at physical addresses; returns with it on, at KERNEL_VA, to the same place in
 * the image, on the same stack, with only the process's mappings left in the lower half.
 * Uses no memory except the tables, so a vCPU whose caches are still off may call it, too.
 */
enable_mmu:
    address x0, identity_pg_dir
    msr     ttbr0_el1, x0
    address x0, swapper_pg_dir
    mov     x1, #KERNEL_ASID
    orr     x0, x0, x1, lsl #48
    msr     ttbr1_el1, x0

    mov     x0, #MAIR_VALUE
    msr     mair_el1, x0
    ldr     x0, =TCR_VALUE
    mrs     x1, id_aa64mmfr0_el1
    ubfx    x2, x1, #0, #4              // PARange ...
    mov     x3, #5
    cmp     x2, x3
    csel    x2, x2, x3, lo              // ... of which 5, 48 bits, is the most that these tables can say
    orr     x0, x0, x2, lsl #TCR_IPS_SHIFT
    ubfx    x2, x1, #5, #1              // ASIDBits is 0 for 8 bits, 2 for 16
    orr     x0, x0, x2, lsl #TCR_AS_SHIFT
    msr     tcr_el1, x0
    isb                                 // the registers above count before the TLB is emptied ...
    tlbi    vmalle1
    dsb     nsh
    isb                                 // ... and it is empty before the MMU is on
    ldr     x0, =SCTLR_VALUE
    msr     sctlr_el1, x0
    isb
    // The MMU is on. PC is still the physical address: the identity map of TTBR0 carries it.

    adrp    x0, image                   // PC-relative, so physical
    mov     x1, #KERNEL_VA
    sub     x0, x1, x0                  // from here to there
    add     sp, sp, x0
    add     x30, x30, x0
    adr     x1, 1f
    add     x1, x1, x0
    br      x1
1:  // PC, SP and x30 are in the upper half, so the identity map can go.
    virtual_offset x0, x1
    adrp    x1, user_pg_dir
    sub     x1, x1, x0
    msr     ttbr0_el1, x1
    isb
    tlbi    vmalle1
    dsb     nsh
    isb
    address x0, vectors
    msr     vbar_el1, x0
    isb
    ret
    .ltorg

#include "vectors.S"

#endif
