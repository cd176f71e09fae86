"""What a station is: frozen dataclasses, vocabularies and rules. No I/O."""
