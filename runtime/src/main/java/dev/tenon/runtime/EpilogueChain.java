package dev.tenon.runtime;

import dev.tenon.base.DType;
import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import dev.tenon.base.Scalar;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.Graph;
import dev.tenon.graph.Node;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.elementwise.Formula;
import dev.tenon.kernels.elementwise.RowProgram;
import dev.tenon.kernels.gemm.Epilogue;
import dev.tenon.kernels.gemm.MatrixView;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Element-wise operators that follow a product or a convolution, each the only reader of the one
/// before, and are computed on its rows before they are written.
final class EpilogueChain {
    /// Longer expressions are left to kernels of their own.
    private static final int MAX_OPERATIONS = 64;

    /// How a further operand lies under the rows of the result.
    private enum Layout {
        /// One number.
        SCALAR,
        /// One number a column.
        COLUMNS,
        /// One number a row.
        ROWS,
        /// One number an element.
        FULL
    }

    /// What the rows of a result are.
    enum Rows {
        /// Those of a matrix: all axes but the last.
        MATRIX,
        /// The channels, which are the second axis.
        CHANNELS
    }

    private final Rows rows;
    private final List<Node> nodes = new ArrayList<>();
    private final List<Value> operands = new ArrayList<>();
    private final List<Layout> layouts = new ArrayList<>();
    private Scalar expression = Scalar.arg(0);
    private Value value;

    private EpilogueChain(Rows rows, Value value) {
        this.rows = rows;
        this.value = value;
    }

    /// Makes the epilogue of one run.
    @FunctionalInterface
    interface Binder {
        Binder NONE = (frame, rowCount, columnCount) -> Epilogue.NONE;

        /// @throws InputException when an operand has not as many elements as its type promised
        Epilogue bind(Frame frame, long rowCount, long columnCount);
    }

    /// The operators that can follow a node; perhaps none.
    ///
    /// @param taken operators that follow another node already
    static EpilogueChain after(Node producer, Rows rows, Graph graph, Set<Node> taken) {
        var chain = new EpilogueChain(rows, producer.output());
        var next = chain.next(graph, taken);
        while (next != null && chain.absorbs(next)) {
            next = chain.next(graph, taken);
        }
        return chain;
    }

    /// The only reader of the value so far.
    private @Nullable Node next(Graph graph, Set<Node> taken) {
        var readers = graph.consumers(value);
        return !graph.isOutput(value) && readers.size() == 1 && !taken.contains(readers.getFirst())
                ? readers.getFirst()
                : null;
    }

    private boolean absorbs(Node node) {
        if (!(node.op() instanceof Formula formula)
                || !(node.inputs().stream().allMatch(v -> v.isPresent() && isFloat(v)))
                || !node.output().type().equals(value.type())) {
            return false;
        }
        var added = new ArrayList<Value>();
        var addedLayouts = new ArrayList<Layout>();
        var args = new ArrayList<Scalar>();
        for (var input : node.inputs()) {
            if (input == value) {
                args.add(expression);
                continue;
            }
            var layout = layout(input.tensorType().shape());
            if (layout == null) {
                return false;
            }
            args.add(Scalar.arg(1 + operands.size() + added.size()));
            added.add(input);
            addedLayouts.add(layout);
        }
        var longer = formula.expression(node).replace(args::get);
        if (longer.operations() > MAX_OPERATIONS) {
            return false;
        }
        expression = longer;
        operands.addAll(added);
        layouts.addAll(addedLayouts);
        nodes.add(node);
        value = node.output();
        return true;
    }

    private static boolean isFloat(Value value) {
        return value.type() instanceof Type.OfTensor(var dtype, var shape)
                && dtype == DType.FLOAT32
                && shape.isRanked();
    }

    private @Nullable Layout layout(Shape shape) {
        var result = value.tensorType().shape();
        if (shape.knownSize().orElse(-1) == 1 && shape.rank() <= result.rank()) {
            return Layout.SCALAR;
        }
        if (rows == Rows.MATRIX && shape.equals(result)) {
            return Layout.FULL;
        }
        int axis = rows == Rows.MATRIX ? result.rank() - 1 : 1;
        int own = axis - result.rank() + shape.rank();
        if (own < 0 || shape.rank() > result.rank() || !shape.dim(own).equals(result.dim(axis))) {
            return null;
        }
        for (int i = 0; i < shape.rank(); i++) {
            if (i != own && !shape.dim(i).is(1)) {
                return null;
            }
        }
        return rows == Rows.MATRIX ? Layout.COLUMNS : Layout.ROWS;
    }

    boolean isEmpty() {
        return nodes.isEmpty();
    }

    /// The operators, in order.
    List<Node> nodes() {
        return nodes;
    }

    /// What they read besides the product.
    List<Value> operands() {
        return operands;
    }

    /// The result of the last of them.
    Value result() {
        return value;
    }

    /// @param first the frame's index of the first operand
    Binder binder(int first) {
        var program = new RowProgram(expression, operands.size());
        return (frame, rowCount, columnCount) -> {
            var views = new ArrayList<MatrixView>(layouts.size());
            for (int i = 0; i < layouts.size(); i++) {
                var tensor = frame.tensor(first + i);
                views.add(
                        switch (layouts.get(i)) {
                            case SCALAR -> view(tensor, 1, 0, 0);
                            case COLUMNS -> view(tensor, columnCount, 0, 1);
                            case ROWS -> view(tensor, rowCount, 1, 0);
                            case FULL -> view(tensor, rowCount * columnCount, columnCount, 1);
                        });
            }
            return program.with(views);
        };
    }

    private static MatrixView view(Tensor tensor, long size, long rowStride, long columnStride) {
        if (tensor.size() != size) {
            throw new InputException(
                    Problem.of("an operand does not broadcast to the result")
                            .expected(size + " elements")
                            .got(tensor.type()));
        }
        return new MatrixView(tensor.segment(), 0, 1, 1, rowStride, columnStride);
    }
}
