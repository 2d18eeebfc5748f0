"""Event channels: the ports, the two ABIs by which a guest sees events, and the pages that it shares with Xen."""
