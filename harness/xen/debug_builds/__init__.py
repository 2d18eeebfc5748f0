"""What a debug build of Xen does that a release build does not."""
