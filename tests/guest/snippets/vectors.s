    .global _start
_start:
    ld1 {v0.16b, v1.16b}, [x0], #32
    mov v0.d[1], x0
    movi v0.2d, #0
    fmov d0, #1.5
    fmov s1, #-2.0
    add v0.4s, v1.4s, v2.4s
    st1 {v0.b}[3], [x0]
    umov w0, v1.b[2]
    ldp q0, q1, [sp, #32]
    N=32
    stp q2, q3, [sp, #N]
    dup v0.4s, w1
    fcmp d0, #0.0
