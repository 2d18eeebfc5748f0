"""Mutation: the hypervisor is broken on purpose, everywhere, and the suite is to notice.

``operators`` says what may be changed, ``mutants`` finds all such places in the functions of ``harness/xen`` and
``harness/platform``, ``runs``, ``other_runs`` and ``reach`` say which guests can tell, ``choice`` which of them are
asked, ``live`` and ``trial`` try mutants, ``campaign`` tries all, ``reasons`` has those that cannot matter, ``report``
says what came of it.

Why no library does this: mutmut, cosmic-ray, mutatest and poodle write each mutant into a source file or into a copy
of the tree and start the tests' command. That is half a second for imports alone, for each of six thousand mutants, and
the answer is the exit status of pytest. Here a mutant is put into a fork of a warm process, takes some 50 ms, and is
judged by the outcome of each rule, so that the report can say which rule notices what. The operators are the usual
ones. They take 200 lines over ``ast``, fewer than an adapter for a library's own (over parso or libcst trees of files).
"""
