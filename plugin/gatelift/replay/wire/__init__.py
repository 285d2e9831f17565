"""HTTP as it goes over a connection: requests to the proxies, and the servers behind them."""
