"""Files out: what people print or take to other programs."""
