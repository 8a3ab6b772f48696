"""Language tools: canonical text, sentences, near-duplicates, language detection."""
