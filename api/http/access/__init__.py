"""Who is let in, how often, and to what."""
