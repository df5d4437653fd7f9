"""Programs from a grammar of forms, nets and faults: what a check says of each is known before."""
