"""What the routes will run on: one file per target, saying which intents it consumes and into what."""
