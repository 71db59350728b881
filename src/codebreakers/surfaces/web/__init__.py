"""The pages on a server of one's own: loopback unless told otherwise, and read-only."""
