"""A guest's memory: machine frames, the p2m, Xen's own table walk and copies, grants."""
