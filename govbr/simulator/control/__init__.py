"""The simulator's own rooms under /simulador: people, mailbox, faults; as pages and as JSON."""
