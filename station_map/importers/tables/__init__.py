"""From rows of cells to a table: where its header is and what each column means."""
