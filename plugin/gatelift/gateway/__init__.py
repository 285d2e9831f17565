"""From neutral routes and a target to Gateway API objects: names, parents, rules, policies, limits, normal form."""
