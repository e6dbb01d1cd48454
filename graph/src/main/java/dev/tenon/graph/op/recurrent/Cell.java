package dev.tenon.graph.op.recurrent;

/// One step of a recurrent operator, for one sample and one direction.
@FunctionalInterface
interface Cell {
    /// @param x the input of this step
    /// @param h the hidden state, which is replaced
    /// @param c the cell state, which is replaced; unused where there is none
    void step(double[] x, double[] h, double[] c);
}
