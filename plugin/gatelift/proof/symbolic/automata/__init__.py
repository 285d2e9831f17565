"""Languages of paths and of header values as automata, walked together until every class of texts is known."""
