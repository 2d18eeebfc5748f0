/*
 * The work at every block, at every read of a counter and at every ERET, in the host's own instructions: a call into
 * Python would take 100 times as long. This is the source of the bytes in harness/machine/native/__init__.py; a test assembles it and
 * compares.
 *
 * All functions are hooks of Unicorn, called by the System V convention from the emulating thread. rcx is the hook's
 * own argument. They call only Unicorn and Python's own hook, change only rax, rcx, rdx, r8 and r9, which a callee may
 * change, and leave the stack as it is.
 */
        .intel_syntax noprefix

/* Words of the meter: harness/machine/counting.py has the same list. */
        .set    COUNT, 0x00             # instructions of all blocks begun, the whole present one included
        .set    LIMIT, 0x08             # no block is begun that would make COUNT larger than this
        .set    BLOCK, 0x10             # address of the present block
        .set    SIZE, 0x18              # its length in bytes
        .set    EXIT, 0x20              # address of the engine's word that is negative while it has to leave its code
        .set    STOP, 0x28              # address of uc_emu_stop
        .set    PSTATE, 0x30            # address of the CPU's PSTATE, of which bits 3 and 2 are the exception level
        .set    CNTKCTL, 0x38           # address of its CNTKCTL_EL1
        .set    SHIFT, 0x40             # a tick is 1 << SHIFT ns; 0: no clock is set, Python answers
        .set    CLOCK, 0x48             # the virtual counters' time in ns when COUNT is 0, ...
        .set    PHYSICAL, 0x50          # ... and when CNTPCT_EL0 was 0, ...
        .set    VIRTUAL, 0x58           # ... and when CNTVCT_EL0 was 0

/* Words of a site, an instruction that reads a counter. */
        .set    VA, 0x00                # its address
        .set    REGISTER, 0x08          # Unicorn's number of its destination register
        .set    TARGET, 0x10            # address of that register
        .set    METER, 0x18             # address of the meter
        .set    PYTHON, 0x20            # address of the function that answers all other accesses

/* Words of a return. */
        .set    SPSR, 0x00              # address of the CPU's SPSR_EL1
        .set    REFUSE, 0x08            # address of the function that looks closer at any other return
        .set    ERET, 0xd69f03e0
        .set    MODE_AND_IL, 0x10001f

/* count_block(rdi engine, rsi address, edx bytes, rcx meter): UC_HOOK_BLOCK, before the block's first instruction. */
        mov     rax, [rcx + EXIT]
        cmp     dword ptr [rax], 0
        jl      1f                      # the engine leaves before the block runs, and begins it again later
        mov     edx, edx                # only the low half was passed
        mov     rax, rdx
        shr     rax, 2
        add     rax, [rcx + COUNT]
        cmp     rax, [rcx + LIMIT]
        ja      2f
        mov     [rcx + COUNT], rax
        mov     [rcx + BLOCK], rsi
        mov     [rcx + SIZE], rdx
1:      ret
2:      jmp     [rcx + STOP]            # with rdi still the engine: it leaves before the block

        .balign 16, 0xcc

/* read_counter(rdi engine, esi register, rdx access, rcx site): UC_HOOK_INSN of an MRS; eax: whether that was all. */
        mov     r8, [rcx + METER]
        cmp     byte ptr [r8 + SHIFT], 0
        je      4f
        mov     rax, [rcx + REGISTER]
        cmp     esi, eax                # the address may hold other code by now, or in another address space
        jne     4f
        mov     rax, [rdx]
        cmp     rax, 14                 # CRn 14, CRm 0
        jne     4f
        movabs  rax, 0x300000003
        cmp     rax, [rdx + 8]          # op0 3, op1 3
        jne     4f
        mov     r9d, [rdx + 16]         # op2: 1 is CNTPCT_EL0, 2 is CNTVCT_EL0
        lea     eax, [r9 - 1]
        cmp     eax, 1
        ja      4f
        mov     rax, [r8 + PSTATE]
        test    byte ptr [rax], 0xc
        jnz     1f
        mov     rax, [r8 + CNTKCTL]
        test    [rax], r9b              # at EL0: EL0PCTEN is bit 0, EL0VCTEN bit 1
        jz      4f
1:      mov     rax, [rcx + VA]
        sub     rax, [r8 + BLOCK]
        sub     rax, [r8 + SIZE]
        sar     rax, 2                  # minus the rest of the block from here on
        add     rax, [r8 + COUNT]
        inc     rax                     # instructions up to this one, itself included
        cmp     rax, [r8 + LIMIT]
        jae     4f                      # the budget ends with it: something may be due, so Python answers
        add     rax, [r8 + CLOCK]
        sub     rax, [r8 + PHYSICAL - 8 + 8 * r9]
        mov     rdx, [rcx + TARGET]
        mov     rcx, [r8 + SHIFT]
        shr     rax, cl
        mov     [rdx], rax
        mov     eax, 1
        ret
4:      mov     rax, [rcx + PYTHON]
        mov     rcx, [rcx + VA]
        jmp     rax

        .balign 16, 0xcc

/* check_return(rdi engine, rsi address, edx bytes, rcx return): UC_HOOK_CODE of an ERET. */
        mov     rax, [rcx + SPSR]
        mov     eax, [rax]
        and     eax, MODE_AND_IL
        jz      1f                      # to EL0
        sub     eax, 4                  # to EL1, on SP_EL0 or SP_EL1
        cmp     eax, 1
        ja      2f
1:      ret
2:      mov     rax, [rcx + REFUSE]
        mov     ecx, ERET
        jmp     rax
