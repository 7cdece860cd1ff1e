"""`advise`: warm-up, length of run and number of replications, from a pilot."""
