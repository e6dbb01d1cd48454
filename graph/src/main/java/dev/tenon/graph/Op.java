package dev.tenon.graph;

import dev.tenon.graph.op.contract.Contract;
import dev.tenon.graph.op.control.Control;
import dev.tenon.graph.op.convolution.Convolution;
import dev.tenon.graph.op.elementwise.Elementwise;
import dev.tenon.graph.op.fused.Fused;
import dev.tenon.graph.op.generate.Generate;
import dev.tenon.graph.op.ml.Ml;
import dev.tenon.graph.op.move.Move;
import dev.tenon.graph.op.norm.Norm;
import dev.tenon.graph.op.pool.Pool;
import dev.tenon.graph.op.quant.Quant;
import dev.tenon.graph.op.random.Random;
import dev.tenon.graph.op.recurrent.Recurrent;
import dev.tenon.graph.op.reduce.Reduce;
import dev.tenon.graph.op.resample.Resample;
import dev.tenon.graph.op.signal.Signal;
import dev.tenon.graph.op.text.Text;
import dev.tenon.graph.op.training.Training;

/// An operator with its attributes: what a [Node] computes.
///
/// Each leaf of this sealed hierarchy is a record whose components are the attributes, or an enum
/// of operators without attributes. Everything about an operator is in its [OpDef].
public sealed interface Op
        permits Contract,
                Control,
                Convolution,
                Elementwise,
                Fused,
                Generate,
                Ml,
                Move,
                Norm,
                Pool,
                Quant,
                Random,
                Recurrent,
                Reduce,
                Resample,
                Signal,
                Text,
                Training {
    /// The definition of this operator.
    OpDef<?> def();
}
