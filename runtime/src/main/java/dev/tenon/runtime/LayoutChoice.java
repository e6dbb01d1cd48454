package dev.tenon.runtime;

/// How the layouts of images are chosen when a model is loaded.
public enum LayoutChoice {
    /// The cheapest by a model of what kernels cost.
    MODELLED,
    /// The cheapest by timings of the kernels themselves, which are kept on disk; the first load
    /// may take a minute.
    MEASURED,
    /// As operators have them.
    CHANNELS_FIRST,
    /// Channels last wherever that can be.
    CHANNELS_LAST
}
