"""Answers: two held against each other, and which Ingress gave one."""
