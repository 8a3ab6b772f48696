"""What browsers get: the widget, and the pages around it."""
