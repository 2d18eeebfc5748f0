/* The steps of area_corner_steps.S as rows of a table. */

#define SHARED_INFO     0               /* XENMAPSPACE_*: what Xen maps pages of */
#define GRANT_TABLE     1
#define SHARED_INFO_IPA NOWHERE         /* where they are put */
#define GRANT_TABLE_IPA (NOWHERE+0x1000)
#define HOLE            (1<<36)         /* an IPA where nothing is ever put */
#define REST            3072            /* in shared_info behind all that Xen uses */
#define CODE            (SPARES+0)      /* places beside the spare pages */
#define STACK           (SPARES+1)
#define TABLE           (SPARES+2)

.macro place va:req, number:req, attributes=DATA
    step    place, \va, \number, \attributes
.endm
.macro paint va:req
    step    paint, \va, SIZE
.endm
.macro look va:req
    step    look, \va, SIZE
.endm
.macro poke value:req, va:req
    step    poke, \value, \va
.endm
.macro xen_page space:req, gfn:req
    step    xen_page, \space, 0, \gfn
.endm
.macro remove gfn:req
    step    remove, \gfn
.endm
.macro give number:req
    step    give, \number
.endm
.macro take number:req
    step    take, \number
.endm
.macro drop number:req
    step    drop, \number
.endm
/* Steps with the MMU off. */
.macro flat_doze
    step    flat_wfi
.endm
.macro flat_area offset:req
    step    flat_area, \offset
.endm
.macro flat_register address:req
    step    flat_register, \address
.endm
.macro flat_pointer address:req
    step    flat_pointer, \address
.endm
.macro physical offset:req
    step    physical, \offset
.endm
/* Steps that vCPU 1 performs. */
.macro other_up
    step    other_up
.endm
.macro other_off
    step    other_off
.endm
.macro other_power_off
    step    other_power_off
.endm
.macro other_assist command:req
    step    other_assist, \command
.endm
.macro other_area vcpu:req, address:req
    step    other_register, \vcpu, \address
.endm

/* Registers an area and shows the fill, then switches twice, each time on fresh bytes, and shows what Xen writes. */
.macro seen_at va:req
    paint   \va
    area_at \va
    look    \va
    .rept   2
    paint   \va
    doze
    look    \va
    .endr
    flag_on
    paint   \va
    doze
    look    \va
    state   \va
    flag_off
.endm
