//! workbook.
