"""Data → workbook from a form: blank and filled. The only door for XlsxWriter."""
