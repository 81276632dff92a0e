"""Score sheets (绩效自评表) in a workbook: found, cut apart, their columns and rows bound by evidence, read."""
