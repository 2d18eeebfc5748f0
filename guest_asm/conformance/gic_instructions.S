/*
 * Which instructions can access an emulated device; the register is the distributor's first one.
 */
#include "include/table.S"

        table_rule "GIC-015"
        insn "ldr_w0_x1_4", "ldr w0, [x1], #4", x0=5, x1=GICD(0)
        insn "ldr_w0_x1_4_!", "ldr w0, [x1, #4]!", x0=5, x1=GICD(0)
        insn "str_w0_x1_4", "str w0, [x1], #4", x0=5, x1=GICD(0)
        insn "str_w0_x1_4_!", "str w0, [x1, #4]!", x0=5, x1=GICD(0)
        insn "ldr_x0_x1_8", "ldr x0, [x1], #8", x0=5, x1=GICD(0)
        insn "ldrb_w0_x1_1", "ldrb w0, [x1], #1", x0=5, x1=GICD(0)
        insn "ldrh_w0_x1", "ldrh w0, [x1]", x0=5, x1=GICD(0)
        insn "ldrsw_x0_x1", "ldrsw x0, [x1]", x0=5, x1=GICD(0)
        insn "ldxr_w0_x1", "ldxr w0, [x1]", x0=5, x1=GICD(0)
        insn "stxr_w2_w0_x1", "stxr w2, w0, [x1]", x0=5, x1=GICD(0)
        insn "ldar_w0_x1", "ldar w0, [x1]", x0=5, x1=GICD(0)
        insn "stlr_w0_x1", "stlr w0, [x1]", x0=5, x1=GICD(0)
        insn "ldp_w0_w2_x1", "ldp w0, w2, [x1]", x0=5, x1=GICD(0)
        insn "stp_w0_w2_x1", "stp w0, w2, [x1]", x0=5, x1=GICD(0)
        insn "ldnp_w0_w2_x1", "ldnp w0, w2, [x1]", x0=5, x1=GICD(0)
        insn "ldtr_w0_x1", "ldtr w0, [x1]", x0=5, x1=GICD(0)
        insn "ldur_w0_x1", "ldur w0, [x1]", x0=5, x1=GICD(0)
        insn "ldr_wzr_x1", "ldr wzr, [x1]", x0=5, x1=GICD(0)
        insn "str_wzr_x1", "str wzr, [x1]", x0=5, x1=GICD(0)
        insn "str_xzr_x1", "str xzr, [x1]", x0=5, x1=GICD(0)
        insn "dc_civac_x1", "dc civac, x1", x0=5, x1=GICD(0)
        insn "dc_zva_x1", "dc zva, x1", x0=5, x1=GICD(0)
        insn "prfm_pldl1keep_x1", "prfm pldl1keep, [x1]", x0=5, x1=GICD(0)
        insn "ldr_w0_x1_-256", "ldr w0, [x1], #-256", x0=5, x1=GICD(0)
        insn "str_w0_x1_255", "str w0, [x1], #255", x0=5, x1=GICD(0)
        insn "ldr_w0_x1_x2", "ldr w0, [x1, x2]", x0=5, x1=GICD(0)
        table_end
#include "lib/end.S"
