"""What a reply of a rule is for one request: an answer as a client and a backend would see it."""
