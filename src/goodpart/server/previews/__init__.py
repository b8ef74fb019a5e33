"""The newest part of a station as a small picture, for as long as somebody looks at it. No record: nothing is kept."""
