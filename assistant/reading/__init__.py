"""Reading: prescoring, reranking, evidence and abstention."""
