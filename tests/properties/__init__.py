"""Properties that hold for every repository, tested on generated ones."""
