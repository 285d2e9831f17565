"""What a Gateway makes of routes: its listeners, who may hang on them, which hosts they share, and who is asked first.

Written from the specification of Gateway API alone; it imports nothing of what converts (import-linter holds that).
"""
