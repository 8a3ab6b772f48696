"""The routes: receive, ask, shape."""
