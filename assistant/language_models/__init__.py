"""Language models: any that LangChain knows, or none."""
