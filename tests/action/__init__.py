"""The composite action and the life of a pull request, against a real git server and a forge held to its contract."""
