"""Documents (.docx, .doc, .wps, PDF with a text layer, .txt) → paragraphs, tables and one text."""
