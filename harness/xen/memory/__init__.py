"""A guest's memory: machine frames, the p2m, Xen's own walk and copies, grants."""
