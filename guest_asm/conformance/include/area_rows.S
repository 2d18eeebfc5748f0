/* The steps of area_steps.S as rows of a table.  area_steps.S includes this; the case continues the table. */

#define WINDOW_PAGE_SHIFT 12
#define AT(page,offset) (WINDOW_VA+((page)<<WINDOW_PAGE_SHIFT)+(offset)) /* where the canvas is mapped at first */
#define USER_PAGE       0x500000        /* in the lower half, where user_level3 has room */
#define TOP_PAGE        0xfffffffffffff000
#define SIZE            48              /* of an area */
#define NOWHERE         (1<<37)         /* an IPA with nothing behind it, in a domU and in dom0 */

/* Descriptor bits of a page: those of kernel data, and bits to add or remove. */
#define UXN             (1<<54)
#define PXN             (1<<53)
#define NG              (1<<11)
#define AF              (1<<10)
#define ISH             (3<<8)
#define READ_ONLY       (1<<7)
#define USER_TOO        (1<<6)
#define DATA            (UXN|PXN|NG|AF|ISH|3)

.macro step op:req, first=0, second=0, third=0
    .quad   op_\op, \first, \second, \third
.endm
.macro step_text op:req, text:req
    .pushsection .rodata
.Lstep\@:
    .asciz  "\text"
    .popsection
    step    \op, .Lstep\@
.endm
.macro table_rule id:req
    step_text rule, "\id"
.endm
.macro try name:req
    step_text try, "\name"
.endm
.macro say_so text:req
    step_text say, "\text"
.endm
.macro table_end                        // "lib/end.S" comes after it
    step    end
.endm

/* VCPUOP_register_runstate_memory_area, and any other vcpu_op; `vcpu_op_at` takes the address of the argument. */
.macro area_at address:req, vcpu=0
    step    vcpu_op, VCPUOP_register_runstate_memory_area, \vcpu, \address
.endm
.macro no_area vcpu=0
    area_at 0, \vcpu
.endm
.macro vcpu_op command:req, vcpu:req, address:req
    step    vcpu_op, \command, \vcpu, \address
.endm
.macro area_argument address:req
    step    vcpu_op_at, VCPUOP_register_runstate_memory_area, 0, \address
.endm
.macro repeat address:req, times:req
    step    repeat, \address, \times
.endm
.macro map va:req, page:req, attributes=DATA
    step    map, \va, \page, \attributes
.endm
.macro describe va:req, descriptor:req
    step    describe, \va, \descriptor
.endm
.macro unmap va:req
    step    unmap, \va
.endm
.macro fill
    step    fill
.endm
.macro show
    step    show
.endm
.macro show_words                       // by doubleword
    step    show, 7
.endm
.macro show_at address:req              // to the byte, unless the area crosses a page boundary
    .if     ((\address)&0xfff)>(0x1000-SIZE)
    show_words
    .else
    show
    .endif
.endm
.macro state address:req
    step    state, \address
.endm
.macro remember address:req
    step    remember, \address
.endm
.macro changes address:req
    step    changes, \address
.endm
.macro flag_on
    step    assist, 0
.endm
.macro flag_off
    step    assist, 1
.endm

/* Ways to leave the physical CPU. */
.macro doze
    step    wfi
.endm
.macro block
    step    block
.endm
.macro poll
    step    poll
.endm
.macro poll_until address:req
    step    poll_until, \address
.endm
.macro user_doze
    step    user_wfi
.endm
.macro give_way
    step    yield
.endm
.macro spin milliseconds:req
    step    spin, \milliseconds
.endm
.macro second what:req, address=0
    step    second, \what, \address
.endm

/* Registers an area and shows the first fill; then switches, each time on a fresh canvas, and shows what Xen writes. */
.macro published address:req, switches:vararg
    area_at \address
    show_at \address
    .ifb    \switches
    fill
    doze
    show_at \address
    .else
    .irp    switch, \switches
    fill
    \switch
    show_at \address
    .endr
    .endif
.endm
/* What Xen writes with the assist off and on, and what the area says then. */
.macro seen address:req
    published \address
    state   \address
    flag_on
    fill
    doze
    show_at \address
    state   \address
    flag_off
.endm

    .data
    .balign 16
table:
