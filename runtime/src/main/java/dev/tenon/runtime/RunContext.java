package dev.tenon.runtime;

import dev.tenon.kernels.Workers;
import java.util.random.RandomGenerator;

/// What a run and the subgraphs in it share.
record RunContext(Workspace workspace, Workers workers, RandomGenerator random) {}
