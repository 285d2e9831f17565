"""How proxies are started, bounded and ended, so that nothing of them is left."""
