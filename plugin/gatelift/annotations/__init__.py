"""The units: what each annotation means, one file each, in a folder per family."""
