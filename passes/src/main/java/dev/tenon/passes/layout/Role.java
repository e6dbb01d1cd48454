package dev.tenon.passes.layout;

import dev.tenon.base.Longs;
import dev.tenon.base.Tensor;
import dev.tenon.graph.Node;
import dev.tenon.graph.Op;
import java.util.Map;

/// How a node works when images are in channels-last order.
sealed interface Role {
    /// The inputs that are images then.
    Longs images();

    /// Whether its outputs are images too; else they are as they were.
    boolean laysOutputs();

    /// The node's operator on images in this order, where only a kernel can tell how.
    record Wrapped(Longs images) implements Role {
        @Override
        public boolean laysOutputs() {
            return true;
        }
    }

    /// The same operator; operands that are constants are put into this order.
    record Pointwise(Longs images) implements Role {
        @Override
        public boolean laysOutputs() {
            return true;
        }
    }

    /// An operator along other axes.
    ///
    /// @param op the operator for them
    /// @param constants the inputs that name axes, for them
    record Along(Op op, Map<Integer, Tensor> constants, Longs images, boolean laysOutputs)
            implements Role {
        public Along {
            constants = Map.copyOf(constants);
        }
    }

    /// The extents of an image, put into channels-first order again.
    ///
    /// @param axes those that are wanted
    record Extents(Longs axes) implements Role {
        @Override
        public Longs images() {
            return Longs.of(0);
        }

        @Override
        public boolean laysOutputs() {
            return false;
        }
    }

    /// A transposition to channels-last order, which then is none.
    record ToLast() implements Role {
        @Override
        public Longs images() {
            return Longs.of(0);
        }

        @Override
        public boolean laysOutputs() {
            return false;
        }
    }

    /// A transposition from channels-last order, which then is none.
    record FromLast() implements Role {
        @Override
        public Longs images() {
            return Longs.of();
        }

        @Override
        public boolean laysOutputs() {
            return true;
        }
    }

    /// The last of three nodes that give the channels another order: channels are cut into groups,
    /// the groups' members are put together, and joined again. Its image is the first one's input.
    ///
    /// @param cut the first of them
    /// @param swap the second
    /// @param groups how many there are
    record Shuffle(Node cut, Node swap, long groups) implements Role {
        @Override
        public Longs images() {
            return Longs.of(0);
        }

        @Override
        public boolean laysOutputs() {
            return true;
        }
    }
}
