"""Strategy 4: charts from elsewhere, of which nothing is edited: what a person is told, and what can be offered."""

from gatelift.sources.helm.foreign.strategy import archived, elsewhere, foreign, foreign_offer

__all__ = ["archived", "elsewhere", "foreign", "foreign_offer"]
