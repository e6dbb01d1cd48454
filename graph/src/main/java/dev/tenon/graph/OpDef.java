package dev.tenon.graph;

import dev.tenon.base.Datum;
import dev.tenon.base.Dim;
import dev.tenon.base.GraphException;
import dev.tenon.base.Problem;
import dev.tenon.base.Type;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Everything about one operator, in one place.
///
/// @param <O> the operator's record or enum
public final class OpDef<O extends Op> {
    /// No upper bound on the number of inputs or outputs.
    public static final int MANY = Integer.MAX_VALUE;

    /// Types and symbolic shapes of the outputs. It may give more types than the node has outputs.
    @FunctionalInterface
    public interface Infer<O> {
        List<? extends Type> infer(O op, InferContext in);
    }

    /// The elements of a small integer output as dims; null where they are not known.
    @FunctionalInterface
    public interface Content<O> {
        @Nullable List<Dim> content(O op, InferContext in);
    }

    /// The same for several outputs: an entry an output, null where its elements are not known.
    @FunctionalInterface
    public interface Contents<O> {
        List<@Nullable List<Dim>> contents(O op, InferContext in);
    }

    /// The slow and obviously right implementation. It may give more outputs than the node has.
    @FunctionalInterface
    public interface Reference<O> {
        List<? extends Datum> evaluate(O op, EvalContext in);
    }

    /// Floating-point operations of one run; a multiply-add counts as two.
    @FunctionalInterface
    public interface Flops<O> {
        double flops(O op, NodeTypes types);
    }

    /// The types around a node, with known extents. Left out inputs and outputs are null.
    public record NodeTypes(List<@Nullable Type> inputs, List<@Nullable Type> outputs) {
        /// The types around a node as far as they are known.
        public static NodeTypes of(Node node) {
            return new NodeTypes(types(node.inputs()), types(node.outputs()));
        }

        private static List<@Nullable Type> types(List<Value> values) {
            var types = new ArrayList<@Nullable Type>();
            values.forEach(v -> types.add(v.isPresent() ? v.type() : null));
            return types;
        }

        /// The operations of one run of an operator between values of these types.
        public double flops(Op op) {
            return flops(op.def(), op);
        }

        @SuppressWarnings("unchecked")
        private <O extends Op> double flops(OpDef<O> def, Op op) {
            return def.flops((O) op, this);
        }

        /// The number of elements of an input; 0 when it is no tensor of known shape.
        public double inputSize(int index) {
            return size(index < inputs.size() ? inputs.get(index) : null);
        }

        /// The number of elements of an output; 0 when it is no tensor of known shape.
        public double outputSize(int index) {
            return size(index < outputs.size() ? outputs.get(index) : null);
        }

        private static double size(@Nullable Type type) {
            return type instanceof Type.OfTensor(var _, var shape)
                    ? shape.knownSize().orElse(0)
                    : 0;
        }
    }

    /// Writes the attributes of an operator.
    @FunctionalInterface
    public interface AttributeWriter<O> {
        void write(O op, AttributeSink out);
    }

    /// How an operator stands in ONNX files.
    ///
    /// @param domain the operator set; empty for `ai.onnx`
    /// @param name the operator's name there
    /// @param since the opset version whose form this is; importers upgrade older forms to it
    /// @param reader makes the operator out of a node's attributes; null when files never hold it
    /// @param writer writes the attributes
    public record Onnx<O extends Op>(
            String domain,
            String name,
            int since,
            Function<Attributes, O> reader,
            AttributeWriter<O> writer) {}

    private final String name;
    private final int minInputs;
    private final int maxInputs;
    private final int minOutputs;
    private final int maxOutputs;
    private final Infer<O> infer;
    private final Contents<O> contents;
    private final Reference<O> reference;
    private final String noGradient;
    private final Flops<O> flops;
    private final @Nullable Onnx<O> onnx;

    private OpDef(Builder<O> b, Infer<O> infer, Reference<O> reference, String noGradient) {
        this.name = b.name;
        this.minInputs = b.minInputs;
        this.maxInputs = b.maxInputs;
        this.minOutputs = b.minOutputs;
        this.maxOutputs = b.maxOutputs;
        this.infer = infer;
        this.contents = b.contents;
        this.reference = reference;
        this.noGradient = noGradient;
        this.flops = b.flops;
        this.onnx = b.onnx;
    }

    /// The definition of a record operator, named after the record.
    public static <O extends Record & Op> Builder<O> of(Class<O> type) {
        return new Builder<>(type.getSimpleName());
    }

    /// The definition of one constant of an enum of operators.
    public static <O extends Op> Builder<O> named(String name) {
        return new Builder<>(name);
    }

    /// The name in the text form and in errors; unique among all operators.
    public String name() {
        return name;
    }

    public List<? extends Type> infer(O op, InferContext in) {
        return infer.infer(op, in);
    }

    /// The elements of small integer outputs as dims; null, or no entry, where they are not known.
    public List<@Nullable List<Dim>> contents(O op, InferContext in) {
        return contents.contents(op, in);
    }

    public List<? extends Datum> evaluate(O op, EvalContext in) {
        return reference.evaluate(op, in);
    }

    public double flops(O op, NodeTypes types) {
        return flops.flops(op, types);
    }

    /// The operations of one run of a node; 0 where its extents are not known.
    public static double flops(Node node) {
        return NodeTypes.of(node).flops(node.op());
    }

    /// Why the operator has no gradient.
    public String noGradient() {
        return noGradient;
    }

    /// How it stands in ONNX files; empty for operators of Tenon's own.
    public Optional<Onnx<O>> onnx() {
        return Optional.ofNullable(onnx);
    }

    public int minInputs() {
        return minInputs;
    }

    public int maxInputs() {
        return maxInputs;
    }

    public int minOutputs() {
        return minOutputs;
    }

    public int maxOutputs() {
        return maxOutputs;
    }

    /// @throws GraphException when there are too few or too many inputs or outputs
    void checkArity(List<Value> inputs, int outputs) {
        if (inputs.size() > maxInputs || inputs.size() < minInputs) {
            throw new GraphException(
                    Problem.of("wrong number of inputs")
                            .expected(range(minInputs, maxInputs))
                            .got(inputs.size()));
        }
        for (int i = 0; i < minInputs; i++) {
            if (!inputs.get(i).isPresent()) {
                throw new GraphException(
                        Problem.of("input " + i + " is missing")
                                .expected(range(minInputs, maxInputs)));
            }
        }
        if (outputs > maxOutputs || outputs < minOutputs) {
            throw new GraphException(
                    Problem.of("wrong number of outputs")
                            .expected(range(minOutputs, maxOutputs))
                            .got(outputs));
        }
    }

    private static String range(int least, int most) {
        return least == most
                ? Integer.toString(least)
                : most == MANY ? "at least " + least : least + " to " + most;
    }

    @Override
    public String toString() {
        return name;
    }

    /// Collects the parts; [#build] fails when one is missing.
    public static final class Builder<O extends Op> {
        private final String name;
        private int minInputs = 1;
        private int maxInputs = 1;
        private int minOutputs = 1;
        private int maxOutputs = 1;
        private @Nullable Infer<O> infer;
        private Contents<O> contents = (op, in) -> List.of();
        private @Nullable Reference<O> reference;
        private @Nullable String noGradient;
        private Flops<O> flops = (op, types) -> types.outputSize(0);
        private @Nullable Onnx<O> onnx;

        private Builder(String name) {
            this.name = name;
        }

        /// How many inputs, those left out in between included; the first `least` must be there.
        public Builder<O> inputs(int least, int most) {
            minInputs = least;
            maxInputs = most;
            return this;
        }

        public Builder<O> inputs(int count) {
            return inputs(count, count);
        }

        public Builder<O> outputs(int least, int most) {
            minOutputs = least;
            maxOutputs = most;
            return this;
        }

        public Builder<O> infer(Infer<O> rule) {
            infer = rule;
            return this;
        }

        /// How shape arithmetic goes through the operator, to its first output.
        public Builder<O> content(Content<O> rule) {
            return contents((op, in) -> Collections.singletonList(rule.content(op, in)));
        }

        /// How shape arithmetic goes through the operator, to each output.
        public Builder<O> contents(Contents<O> rule) {
            contents = rule;
            return this;
        }

        public Builder<O> reference(Reference<O> implementation) {
            reference = implementation;
            return this;
        }

        /// States why there is no gradient.
        public Builder<O> noGradient(String reason) {
            noGradient = reason;
            return this;
        }

        /// The cost; one operation an element of the first output unless stated.
        public Builder<O> flops(Flops<O> cost) {
            flops = cost;
            return this;
        }

        /// How the operator stands in the ONNX operator set; attributes are written by
        /// [RecordAttributes].
        public Builder<O> onnx(String onnxName, int since, Function<Attributes, O> reader) {
            return onnx("", onnxName, since, reader);
        }

        public Builder<O> onnx(
                String domain, String onnxName, int since, Function<Attributes, O> reader) {
            return onnx(domain, onnxName, since, reader, RecordAttributes::write);
        }

        public Builder<O> onnx(
                String domain,
                String onnxName,
                int since,
                Function<Attributes, O> reader,
                AttributeWriter<O> writer) {
            onnx = new Onnx<>(domain, onnxName, since, reader, writer);
            return this;
        }

        /// @throws IllegalStateException when a part is missing
        public OpDef<O> build() {
            var missing = new ArrayList<String>();
            if (infer == null) {
                missing.add("infer");
            }
            if (reference == null) {
                missing.add("reference");
            }
            if (infer == null || reference == null) {
                throw new IllegalStateException(name + " lacks " + String.join(", ", missing));
            }
            return new OpDef<>(
                    this, infer, reference, noGradient == null ? "not written yet" : noGradient);
        }
    }
}
