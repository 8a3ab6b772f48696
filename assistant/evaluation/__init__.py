"""Evaluation of answers: gold questions, predictions, measures with intervals, comparisons, reports."""
