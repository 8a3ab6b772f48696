"""Scripts that measure, and that fit what is shipped fitted. Not part of the installed product."""
