//! evcxr behind [`workbook::engine::Engine`], and the preparation of what cells link against.
