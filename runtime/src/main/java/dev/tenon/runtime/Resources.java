package dev.tenon.runtime;

import dev.tenon.kernels.Storage;
import dev.tenon.kernels.Workers;

/// What a model has for its plans.
///
/// @param workers share the making of plans among them
/// @param storage of what kernels make of constants
record Resources(Workers workers, Storage storage) {}
