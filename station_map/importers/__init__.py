"""Files in: ledgers, spreadsheets and layers become stations, row by row, with a reason each."""
