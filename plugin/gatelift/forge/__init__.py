"""From a plan to a branch and a pull request."""
