"""The command line: thin. Arguments in, ``expected()``, result out; one file per command."""
