package dev.tenon.bench;

/// What an engine takes in a process of its own.
///
/// @param loadNanos from the file to a model that can run
/// @param firstRunNanos the first run, which may still prepare something
/// @param peakRss the most resident bytes of the process; 0 where the system does not tell
/// @param allocated bytes of the Java heap that a warm run allocates
public record Start(double loadNanos, double firstRunNanos, long peakRss, double allocated) {}
