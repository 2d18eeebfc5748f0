/*
 * Data cache maintenance to the point of coherency, by address.
 *
 * Needed wherever memory is written with the caches off and read with them on, or the other way round:
 * .bss and page tables made before the MMU is on, buffers that Xen reads through its cacheable mapping.
 * Emulators work without it; boards do not.
 */
#ifndef GUEST_CACHE_S
#define GUEST_CACHE_S

    .text
/*
 * Cleans and invalidates the lines of [x0, x1).  At EL1 under a hypervisor DC IVAC does the same
 * (Arm ARM, HCR_EL2.VM), so a variant that only invalidates would be useless.
 * Spoils x2 and x3 only; uses no stack.
 */
dcache_evict:
    mrs     x2, ctr_el0
    ubfx    x2, x2, #16, #4             // CTR_EL0.DminLine: log2 of the smallest line, in words
    mov     x3, #4
    lsl     x2, x3, x2                  // the line in bytes
    sub     x3, x2, #1
    bic     x3, x0, x3                  // down to the start of the first line
1:  dc      civac, x3
    add     x3, x3, x2
    cmp     x3, x1
    b.lo    1b
    dsb     sy
    ret

#endif
