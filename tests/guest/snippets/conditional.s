    .global _start
_start:
    csel x0, x1, x2, eq
    cset w0, ne
    cinc x1, x2, lo
    ccmp x0, #3, #4, hs
    ccmn w1, w2, #0, lt
    csetm x4, mi
    cneg x1, x2, gt
    csinv x0, x1, xzr, le
    fcsel d0, d1, d2, vs
    N=4
    ccmp x0, #N, #N*2, eq
