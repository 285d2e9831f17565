"""Requests that stand for all requests: one for each class of hosts, paths, methods, headers, cookies and queries."""
