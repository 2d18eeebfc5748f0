/*
 * What the cases of memory_op share: a page of the guest to give away and get back, and its gfn.  For cases; include
 * it after argument.S.
 *
 * x20 is the gfn of `given`, the first of three adjacent pages, and x21 a gfn without a page, 512 MiB above the image;
 * gfns sets both.  A list of gfns is at LIST in the argument page.
 */
#ifndef CONFORMANCE_MEMORY_S
#define CONFORMANCE_MEMORY_S

#define EXTENT_SHIFT    6               /* the command's bits above say how much of it is done */
#define LIST            256             /* offsets in the argument page */
#define SECOND_LIST     512
#define ERRORS          768
#define FREE_PAGES      0x20000
#define NO_DOMAIN       77

    .bss
    .balign (4 * PAGE_SIZE)
given:                                  // three pages, aligned for order 1
    .space  (3 * PAGE_SIZE)
    .balign PAGE_SIZE

.macro gfns
    address x0, given
    bl      virt_to_phys
    lsr     x20, x0, #12
    address x0, image
    bl      virt_to_phys
    lsr     x21, x0, #12
    add     x21, x21, #FREE_PAGES
.endm
/* Stores an entry of a list in the argument page: gfn x20 or x21, plus an offset. */
.macro lay_gfn offset:req, reg:req, plus=0
    add     x1, \reg, #\plus
    lay_register \offset, x1
.endm
.macro lay_list offset:req, list:req
    address x1, argument
    add     x1, x1, #\list
    lay_register \offset, x1
.endm
/* struct xen_memory_reservation; the list of gfns is LIST. */
.macro lay_reservation count=1, order=0, flags=0, domain=DOMID_SELF
    lay     0, \count, ((\flags << 32) + \order), \domain
    lay_list xen_memory_reservation_extent_start, LIST
.endm
.macro memory_op command:req, start=0
    ask     HYPERVISOR_memory_op, (\command + (\start << EXTENT_SHIFT))
.endm
/* A reservation command for one extent: the gfn in `reg`, plus an offset. */
.macro adjust command:req, reg=x20, plus=0, count=1, order=0, flags=0, domain=DOMID_SELF, start=0
    lay_reservation \count, \order, \flags, \domain
    lay_gfn LIST, \reg, \plus
    memory_op \command, \start
.endm
/* x0 = how many pages the domain has. */
.macro pages
    lay     DOMID_SELF
    memory_op XENMEM_current_reservation
.endm
/* x0 = 1 if the page `plus` behind `given` can be read. */
.macro is_there plus=0
    mov     x2, #\plus
    bl      can_be_read
.endm

    .text
can_be_read:
    stp     x30, x2, [sp, #-16]!
    expect_exception 1f
    ldp     x30, x2, [sp]
    address x0, given
    add     x0, x0, x2, lsl #12
    ldr     x0, [x0]
1:  ldp     x30, x2, [sp], #16
    address x0, caught_record
    ldr     x0, [x0, #CAUGHT_count]
    cmp     x0, #0
    cset    x0, eq
    ret

#endif
