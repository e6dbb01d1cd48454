package dev.tenon.bench;

/// What was measured of one engine.
public record Measurement(String engine, String version, Timings timings, Start start) {}
