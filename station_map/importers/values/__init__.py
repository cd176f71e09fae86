"""What single cells say: texts, marks, numbers, dates, words of the vocabularies."""
