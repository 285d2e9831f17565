"""Requests and answers as values: who takes a request before and after, what differs, and what explains it."""
