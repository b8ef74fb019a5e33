"""Datasets: images with labels, which models are trained on."""
