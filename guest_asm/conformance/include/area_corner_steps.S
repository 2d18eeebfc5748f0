/*
 * More steps, for cases that include this behind area_steps.S: areas over Xen's pages, over pages given back, over the
 * guest's own code, stack and tables, with the MMU off, and through calls that the other vCPU makes.
 */
#define SPARES          8

    .section .text.page, "ax"
    .balign PAGE_SIZE
code_page:                              // never executed
    .space  PAGE_SIZE

    .bss
    .balign PAGE_SIZE
spares:                                 // pages that may be given back: the kernel does not access them
    .space  SPARES * PAGE_SIZE
request:                                // memory_op's argument
    .space  xen_memory_reservation_size
frame:
    .space  8
flat_pointer:
    .space  8
wish:                                   // what vCPU 1 shall call: number (0: nothing), x0, x1, what x2 points to
    .space  32
granted:
    .space  8

    .section .rodata
    .balign 8
places:                                 // what op_place can map beside the spares
    .quad   code_page
    .quad   stacks              // where the stack would end
    .quad   low_level3
    .text

/* Maps the page at x20 to spare x21, or from SPARES on to one of places, with the descriptor bits x22. */
op_place:
    mov     x28, x30
    cmp     x21, #SPARES
    b.hs    1f
    address x0, spares
    add     x0, x0, x21, lsl #12
    b       2f
1:  sub     x0, x21, #SPARES
    address x1, places
    ldr     x1, [x1, x0, lsl #3]
    address x0, image
    add     x0, x0, x1
2:  bl      virt_to_phys
    orr     x1, x0, x22
    mov     x0, x20
    bl      map_page
    ret     x28

/* x0 = 1 if both ends of the x21 bytes at x20 can be read, 0 if one of them aborts. */
probe:
    mrs     x1, vbar_el1
    address x0, probe_vectors
    msr     vbar_el1, x0
    isb
    mov     x0, #1
    add     x2, x20, x21
    ldrb    w3, [x20]
    ldrb    w3, [x2, #-1]
probed:
    msr     vbar_el1, x1
    isb
    ret

    .balign 2048
probe_vectors:
    .space  0x200
    mov     x0, #0
    address x3, probed
    msr     elr_el1, x3
    eret

/* Fills the x21 bytes at x20 with CANVAS_FILL, for which op_look searches. */
op_paint:
    mov     x28, x30
    bl      probe
    cbz     x0, nothing_there
    ldr     x0, =CANVAS_FILL
1:  strb    w0, [x20], #1
    subs    x21, x21, #1
    b.ne    1b
    ret     x28
nothing_there:
    address x0, text_nothing
    bl      add_text
    ret     x28

/* Says the offsets of the first and the last doubleword that changed among the x21 bytes at x20. */
op_look:
    mov     x28, x30
    bl      probe
    cbz     x0, nothing_there
    ldr     x2, =CANVAS_FILL
    mov     x3, #0
1:  ldrb    w4, [x20, x3]
    cmp     w4, w2, uxtb
    b.ne    2f
    add     x3, x3, #1
    cmp     x3, x21
    b.lo    1b
    address x0, text_untouched
    bl      add_text
    ret     x28
2:  sub     x21, x21, #1
    ldrb    w4, [x20, x21]
    cmp     w4, w2, uxtb
    b.eq    2b
    bic     x22, x3, #7
    orr     x21, x21, #7
    mov     x0, x22
    bl      add_signed
    line_call line_signed, "-", x21
    ret     x28

/* Stores x20 in the doubleword at x21. */
op_poke:
    str     x20, [x21]
    ret

/* XENMEM_add_to_physmap of page x21 of space x20 at the frame number x22. */
op_xen_page:
    mov     x28, x30
    address x1, request
    mov     x0, #DOMID_SELF
    orr     x0, x0, x20, lsl #32
    stp     x0, x21, [x1, #xen_add_to_physmap_domid]
    str     x22, [x1, #xen_add_to_physmap_gpfn]
    mov     x0, #XENMEM_add_to_physmap
    hypercall HYPERVISOR_memory_op
    bl      add_signed
    ret     x28

/* XENMEM_remove_from_physmap of the frame number x20. */
op_remove:
    mov     x28, x30
    address x1, request
    mov     x0, #DOMID_SELF
    stp     x0, x20, [x1]               // struct xen_remove_from_physmap: domid, gpfn
    mov     x0, #XENMEM_remove_from_physmap
    hypercall HYPERVISOR_memory_op
    bl      add_signed
    ret     x28

/* XENMEM_remove_from_physmap of spare x20. */
op_drop:
    mov     x23, x30
    address x0, spares
    add     x0, x0, x20, lsl #12
    bl      virt_to_phys
    lsr     x20, x0, #12
    mov     x30, x23
    b       op_remove

/* Gives spare x20 back, and populates it again: a domU gets any frame, dom0 its own. */
op_give:
    mov     x22, #XENMEM_decrease_reservation
    b       reserve
op_take:
    mov     x22, #XENMEM_populate_physmap
reserve:
    mov     x28, x30
    address x0, spares
    add     x0, x0, x20, lsl #12
    bl      virt_to_phys
    lsr     x0, x0, #12
    address x2, frame
    str     x0, [x2]
    address x1, request
    stp     x2, xzr, [x1]
    mov     x0, #1
    str     x0, [x1, #xen_memory_reservation_nr_extents]
    str     xzr, [x1, #xen_memory_reservation_extent_order]
    mov     w0, #DOMID_SELF
    strh    w0, [x1, #xen_memory_reservation_domid]
    mov     x0, x22
    hypercall HYPERVISOR_memory_op
    bl      add_signed
    ret     x28

/*
 * Calls the routine at x9 with the MMU off, physical in PC, and its x2 made physical, too. It may use x0 to x7 and x16.
 */
flat_call:
    mov     x15, x30
    virtual_offset x10, x11
    mrs     x12, ttbr0_el1
    address x13, identity_pg_dir
    sub     x13, x13, x10
    msr     ttbr0_el1, x13
    isb
    tlbi    vmalle1
    dsb     nsh
    isb
    sub     x9, x9, x10
    sub     x2, x2, x10
    adr     x13, 1f
    sub     x13, x13, x10
    br      x13
1:  mrs     x14, sctlr_el1              // PC is physical: the identity map carries it
    bic     x13, x14, #1
    msr     sctlr_el1, x13
    isb
    blr     x9
    msr     sctlr_el1, x14
    isb
    adr     x13, 2f
    add     x13, x13, x10
    br      x13
2:  msr     ttbr0_el1, x12
    isb
    tlbi    vmalle1
    dsb     nsh
    isb
    ret     x15

flat_vcpu_op:
    hypercall HYPERVISOR_vcpu_op
    ret
flat_wait:
    wfi
    ret

/* With the MMU off: registers the physical address of the canvas plus x20; the address x20 itself. */
op_flat_area:
    mov     x28, x30
    address x0, canvas
    add     x0, x0, x20
    bl      virt_to_phys
    mov     x20, x0
    b       1f
op_flat_register:
    mov     x28, x30
1:  address x2, flat_pointer
    str     x20, [x2]
2:  mov     x0, #VCPUOP_register_runstate_memory_area
    mov     x1, #0
    address x9, flat_vcpu_op
    bl      flat_call
    bl      add_signed
    ret     x28

/* The same with an argument at x20. */
op_flat_pointer:
    mov     x28, x30
    virtual_offset x2, x1
    add     x2, x20, x2
    b       2b

/* Registers, with the MMU on, the physical address of the canvas plus x20. */
op_physical:
    mov     x28, x30
    address x0, canvas
    add     x0, x0, x20
    bl      virt_to_phys
    address x2, pointer
    str     x0, [x2]
    mov     x0, #VCPUOP_register_runstate_memory_area
    mov     x1, #0
    hypercall HYPERVISOR_vcpu_op
    bl      add_signed
    ret     x28

/* WFI with the MMU off. */
op_flat_wfi:
    mov     x28, x30
    mov     x0, #WAIT_MS
    bl      arm_timer
    address x9, flat_wait
    bl      flat_call
    b       disarm

/* Starts vCPU 1, which performs what it is asked to; has it go off; has it end the domain. */
op_other_up:
    mov     x28, x30
    mov     x0, #1
    address x1, other
    bl      cpu_on
    bl      add_signed
    ret     x28
op_other_off:
    mov     x20, #-1
    b       ask_other
op_other_power_off:
    mov     x28, x30
    bl      end_words                   // nothing after this can report
    mov     x30, x28
    mov     x20, #-2
    b       ask_other
/* Has vCPU 1 call vm_assist with command x20. */
op_other_assist:
    mov     x21, x20
    mov     x22, #VMASST_TYPE_runstate_update_flag
    mov     x20, #HYPERVISOR_vm_assist
    b       ask_other
/* Has vCPU 1 register the area at x21 for vCPU x20. */
op_other_register:
    address x0, wish
    str     x21, [x0, #24]
    mov     x22, x20
    mov     x21, #VCPUOP_register_runstate_memory_area
    mov     x20, #HYPERVISOR_vcpu_op
ask_other:                              // ... and waits until it is done
    mov     x28, x30
    address x24, wish
    stp     x21, x22, [x24, #8]
    str     x20, [x24]
1:  mov     x0, #WAIT_MS
    bl      arm_timer
    wfi
    msr     cntv_ctl_el0, xzr
    isb
    ldr     x0, [x24]
    cbnz    x0, 1b
    address x0, granted
    ldr     x0, [x0]
    bl      add_signed
    ret     x28

other:
    mov     x19, x30
1:  address x24, wish
    ldr     x16, [x24]
    cbz     x16, 3f
    tbnz    x16, #63, 4f
    ldp     x0, x1, [x24, #8]
    add     x2, x24, #24
    hvc     #XEN_HYPERCALL_TAG
    address x1, granted
    str     x0, [x1]
    str     xzr, [x24]
3:  mov     x0, #WAIT_MS
    bl      arm_timer
    wfi
    msr     cntv_ctl_el0, xzr
    isb
    b       1b
4:  tbz     x16, #0, power_off
    address x1, granted
    str     xzr, [x1]
    str     xzr, [x24]
    b       cpu_off
    .ltorg

    .section .rodata
text_nothing:
    .asciz  "nothing_there"
text_untouched:
    .asciz  "untouched"

    .data
