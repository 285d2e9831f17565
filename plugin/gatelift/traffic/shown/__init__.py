"""Requests and answers as people read them: as commands, in words, and without what looks secret."""
