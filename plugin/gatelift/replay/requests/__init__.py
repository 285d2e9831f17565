"""From the rules of both sides to the requests that tell them apart: pure functions, the same for the same input."""
