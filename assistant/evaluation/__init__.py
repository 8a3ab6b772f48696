"""How good the answers are: gold questions, predictions, measures with intervals, comparisons, reports."""
