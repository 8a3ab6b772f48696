"""How others reach us: the command line and HTTP."""
