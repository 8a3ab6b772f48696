"""Files for browsers: the widget, and the pages around it."""
