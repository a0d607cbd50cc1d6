"""Side-by-side measurements. Every figure is a ratio of one run: machines are noisy, absolute figures mislead."""
