"""Standing questions: asked again as articles come in, and told when the answer changed."""
