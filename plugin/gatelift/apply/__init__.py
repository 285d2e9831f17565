"""The only writer of a work tree: a plan's files, all of them or none."""
