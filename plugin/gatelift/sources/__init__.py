"""Where objects come from: for now streams of manifests, in files, directories and on standard input."""
