"""What two answers to one request say: whether they differ, in what, and who serves the request."""
