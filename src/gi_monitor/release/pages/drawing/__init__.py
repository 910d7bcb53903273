"""Charts as inline SVG, drawn by Altair and vl-convert without a browser (spec 3.4)."""
