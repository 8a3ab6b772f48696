"""The model of meaning: one small encoder that judges claims. README.md is its card."""
