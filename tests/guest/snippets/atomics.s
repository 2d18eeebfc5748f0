    .global _start
_start:
    ldxr x0, [x1]
    stxr w2, x0, [x1]
    ldaxr w0, [x1]
    stlxr w2, w0, [x1]
    ldar x0, [x1]
    stlr x0, [x1]
    ldxp x0, x1, [x2]
    prfm pstl1strm, [x0]
