"""The routes: receive, ask, shape.

Their docstrings are the descriptions of the OpenAPI document, and so stand in the third person.
"""
