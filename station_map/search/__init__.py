"""Finding stations: nearest to a point, lists, one. Orders before it limits, always."""
