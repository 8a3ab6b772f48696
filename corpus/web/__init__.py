"""Articles out of the web. `fetcher` alone opens connections to addresses from outside; what comes is hostile."""
