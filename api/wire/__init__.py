"""JSON bodies that go over the wire, one module a noun. The command line (`--json`) and HTTP both speak these.

All offsets count code points. Making a body reads nothing but the noun that it is given.
"""
