package dev.tenon.runtime;

import dev.tenon.graph.RandomSource;
import dev.tenon.kernels.Workers;

/// What a run and the subgraphs in it share.
record RunContext(Workspace workspace, Workers workers, RandomSource random) {}
