"""The work tree that gatelift was pointed at: which files it has, as git sees them, and what a plan changes in it."""
