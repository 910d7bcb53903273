"""The files of a release beside its pages: one module per format, each the same bytes for the same content."""
