"""Two packs, or two documents, → the list of what changed between them."""
