"""The one function that defines every result: ``expected(objects, phase, context)``."""
