package dev.tenon.bench;

import java.util.Optional;

/// What was measured of one engine.
///
/// @param start without an AOT cache
/// @param cachedStart with one; empty where that was not asked for
public record Measurement(
        String engine, String version, Timings timings, Start start, Optional<Start> cachedStart) {}
