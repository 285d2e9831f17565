"""Engines that render sources into objects, in scratch folders, without plugins, network or a cluster."""
