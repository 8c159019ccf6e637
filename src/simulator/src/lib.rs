//! AWS on a loopback port: a pipeline that reads as one list, services as values.
