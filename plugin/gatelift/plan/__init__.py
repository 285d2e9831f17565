"""The plan: everything that a run would do, with its proofs; a value, made without writing anything."""
