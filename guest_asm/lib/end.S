/* The last include of every guest: where .bss, and with it the image, ends. */
    .bss
    .balign 16
image_end:
