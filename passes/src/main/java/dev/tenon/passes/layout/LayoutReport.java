package dev.tenon.passes.layout;

/// What the choice of layouts of a graph comes to, in the unit of the costs.
///
/// @param nodes that can work in either layout
/// @param channelsLast those of them that were put into channels-last order
/// @param first what all nodes cost in channels-first order, transpositions between them included
/// @param last what they cost when all are in channels-last order that can be
/// @param chosen what the choice costs
/// @param exact whether no choice costs less
public record LayoutReport(
        int nodes, int channelsLast, double first, double last, double chosen, boolean exact) {}
