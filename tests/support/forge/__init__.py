"""A forge for tests: real git over HTTP, and a REST API that is held to GitHub's own document."""
