"""Xen's hypercalls, one module each; ``table`` says which number is answered by which."""
