"""Helm charts: what their templates say before anyone renders them, and which values they are rendered with."""
