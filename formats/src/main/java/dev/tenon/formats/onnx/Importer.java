package dev.tenon.formats.onnx;

import dev.tenon.base.FormatException;
import dev.tenon.base.GraphException;
import dev.tenon.base.LimitException;
import dev.tenon.base.Problem;
import dev.tenon.base.TenonException;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.base.UnsupportedException;
import dev.tenon.formats.onnx.proto.AttributeProto;
import dev.tenon.formats.onnx.proto.AttributeType;
import dev.tenon.formats.onnx.proto.FunctionProto;
import dev.tenon.formats.onnx.proto.GraphProto;
import dev.tenon.formats.onnx.proto.ModelProto;
import dev.tenon.formats.onnx.proto.NodeProto;
import dev.tenon.formats.onnx.proto.ValueInfoProto;
import dev.tenon.graph.Graph;
import dev.tenon.graph.GraphBuilder;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.generate.Constant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Turns an ONNX model into a [Graph]: calls are upgraded to the newest operator set, functions are
/// inlined, subgraphs are closed, and types are inferred.
final class Importer {
    /// Functions may call functions this deep.
    private static final int MAX_CALLS = 32;

    /// Inlining stops beyond this many calls of functions, and this many nodes.
    private static final int MAX_INLINED = 50_000;

    private static final int MAX_NODES = 500_000;

    private record FunctionId(String domain, String name, String overload) {}

    private final Tensors tensors;
    private final Map<FunctionId, FunctionProto> functions = new HashMap<>();
    private int nodes;
    private int calls;

    private Importer(Tensors tensors) {
        this.tensors = tensors;
    }

    /// @throws FormatException when the model contradicts the ONNX specification
    /// @throws GraphException when types do not fit
    /// @throws UnsupportedException for operators and types that Tenon does not have
    static Graph graph(ModelProto model, ExternalData external) {
        var proto = model.graph();
        if (proto == null) {
            throw new FormatException(
                    Problem.of("the model has no graph")
                            .advice("Check that the file is an ONNX model"));
        }
        var importer = new Importer(new Tensors(external));
        for (var function : model.functions()) {
            var id =
                    new FunctionId(
                            OpsetVersions.canonical(function.domain()),
                            function.name(),
                            function.overload());
            if (importer.functions.put(id, function) != null) {
                throw new FormatException(
                        Problem.of("a function is defined twice").node(function.name()));
            }
        }
        var builder = Graph.builder(proto.name().isEmpty() ? "main" : proto.name());
        Metadata.of(model).forEach(builder::metadata);
        var frame =
                new Frame(Scope.main(builder), OpsetVersions.of(model.opsetImport()), Map.of(), 0);
        importer.body(frame, proto, List.of());
        var graph = withoutDeadConstants(builder.build());
        DeclaredTypes.check(graph, proto.output());
        return graph;
    }

    /// Upgrades may leave constants behind that no node reads.
    private static Graph withoutDeadConstants(Graph graph) {
        var nodes =
                graph.nodes().stream()
                        .filter(
                                n ->
                                        !(n.op() instanceof Constant)
                                                || !graph.consumers(n.output()).isEmpty()
                                                || graph.isOutput(n.output()))
                        .toList();
        return nodes.size() == graph.nodes().size()
                ? graph
                : Graph.of(graph.name(), graph.inputs(), nodes, graph.outputs(), graph.metadata());
    }

    /// Where nodes are imported to, and what their names and attribute references mean.
    ///
    /// @param attributes the attributes of the call whose body this is
    /// @param depth how many functions deep
    private record Frame(
            Scope scope, OpsetVersions opsets, Map<String, AttributeProto> attributes, int depth) {
        Frame in(Scope other) {
            return new Frame(other, opsets, attributes, depth);
        }
    }

    /// @param formals types for inputs that do not declare one
    private void body(Frame frame, GraphProto proto, List<Type> formals) {
        var scope = frame.scope;
        var initializers = new LinkedHashMap<String, Supplier<Tensor>>();
        for (var tensor : proto.initializer()) {
            put(initializers, tensor.name(), memo(() -> tensors.tensor(tensor)));
        }
        for (var sparse : proto.sparseInitializer()) {
            var values = sparse.values();
            put(
                    initializers,
                    values == null ? "" : values.name(),
                    memo(() -> tensors.dense(sparse)));
        }
        int position = 0;
        for (var input : proto.input()) {
            var formal = position < formals.size() ? formals.get(position) : null;
            position++;
            if (input.name().isEmpty()) {
                throw new FormatException("an input has no name");
            }
            if (!initializers.containsKey(input.name())) {
                scope.define(
                        input.name(), scope.builder().input(input.name(), type(input, formal)));
            }
        }
        initializers.forEach(scope::define);
        nodes(frame, proto.node());
        for (var output : proto.output()) {
            output(frame, output.name());
        }
    }

    /// Makes a value a result. What is not computed in the graph, or is a result already, is
    /// copied, since a result in a file is a name that the graph defines.
    private void output(Frame frame, String name) {
        var scope = frame.scope;
        boolean own = scope.defines(name);
        var value = scope.find(name);
        if (value == null) {
            throw new FormatException(
                    Problem.of("an output of the graph is not computed").node(name));
        }
        var builder = scope.builder();
        boolean named = value.name().equals(name);
        if (own && (named || !builder.isInput(value) && !builder.isOutput(value))) {
            builder.output(name, value);
            return;
        }
        var free = own ? name : scope.unseenName(name);
        var copy =
                new Call(
                        free,
                        "",
                        "Identity",
                        OpsetVersions.NEWEST,
                        List.of(value),
                        new LinkedHashMap<>(),
                        List.of(free));
        builder.output(free, emit(frame, copy).getFirst());
    }

    private static void put(
            Map<String, Supplier<Tensor>> initializers, String name, Supplier<Tensor> tensor) {
        if (name.isEmpty()) {
            throw new FormatException("an initialiser has no name");
        }
        if (initializers.put(name, tensor) != null) {
            throw new FormatException(Problem.of("two initialisers have the same name").node(name));
        }
    }

    private static Supplier<Tensor> memo(Supplier<Tensor> supplier) {
        return new Supplier<>() {
            private @Nullable Tensor tensor;

            @Override
            public Tensor get() {
                var known = tensor;
                if (known == null) {
                    known = supplier.get();
                    tensor = known;
                }
                return known;
            }
        };
    }

    private static Type type(ValueInfoProto input, @Nullable Type formal) {
        var proto = input.type();
        if (proto != null && proto.value() != null) {
            return Types.type(proto, input.name());
        }
        if (formal == null) {
            throw new FormatException(Problem.of("an input has no type").node(input.name()));
        }
        return formal;
    }

    private void nodes(Frame frame, List<NodeProto> protos) {
        for (var proto : NodeOrder.sort(protos, frame.scope)) {
            node(frame, proto);
        }
    }

    private void node(Frame frame, NodeProto proto) {
        if (++nodes > MAX_NODES) {
            throw new LimitException(Problem.of("too many nodes").expected("at most " + MAX_NODES));
        }
        var name = nodeName(frame.scope, proto);
        try {
            var domain = OpsetVersions.canonical(proto.domain());
            var attributes = attributes(frame, proto);
            var function = functions.get(new FunctionId(domain, proto.opType(), proto.overload()));
            if (function != null) {
                inline(frame, proto, function, attributes);
                return;
            }
            var inputs = new ArrayList<Value>();
            for (var input : proto.input()) {
                inputs.add(value(frame.scope, input));
            }
            int version = frame.opsets.version(domain, proto.opType(), name);
            var outputs = proto.output().stream().map(frame.scope::graphName).toList();
            var call = new Call(name, domain, proto.opType(), version, inputs, attributes, outputs);
            if (OnnxOps.isConstant(call) && proto.output().size() == 1) {
                var constant = new NodeAttributes(call, tensors, Map.of(), 0);
                frame.scope.define(proto.output().getFirst(), memo(constant::constantValue));
                return;
            }
            var results = emit(frame, call);
            for (int i = 0; i < proto.output().size(); i++) {
                if (!proto.output().get(i).isEmpty()) {
                    frame.scope.define(proto.output().get(i), results.get(i));
                }
            }
        } catch (TenonException e) {
            throw e.at(proto.opType(), name);
        }
    }

    private static String nodeName(Scope scope, NodeProto proto) {
        if (!proto.name().isEmpty()) {
            return scope.graphName(proto.name());
        }
        var output = proto.output().stream().filter(o -> !o.isEmpty()).findFirst();
        return scope.graphName(output.orElse(proto.opType()));
    }

    private static Value value(Scope scope, String name) {
        if (name.isEmpty()) {
            return Value.NONE;
        }
        var value = scope.find(name);
        if (value == null) {
            throw undefined(name);
        }
        return value;
    }

    private static FormatException undefined(String name) {
        return new FormatException(
                Problem.of("an input is not defined")
                        .expected("a value, input or initialiser of this name")
                        .got(name));
    }

    /// A node's attributes, references to the enclosing function's attributes resolved.
    private static SequencedMap<String, AttributeProto> attributes(Frame frame, NodeProto proto) {
        var attributes = new LinkedHashMap<String, AttributeProto>();
        for (var attribute : proto.attribute()) {
            var resolved = attribute;
            if (!attribute.refAttrName().isEmpty()) {
                var referred = frame.attributes.get(attribute.refAttrName());
                if (referred == null) {
                    continue;
                }
                resolved = AttributeEdits.renamed(referred, attribute.name());
            }
            if (attributes.put(resolved.name(), resolved) != null) {
                throw new FormatException(
                        Problem.of("an attribute stands twice").got(resolved.name()));
            }
        }
        return attributes;
    }

    private void inline(
            Frame frame,
            NodeProto proto,
            FunctionProto function,
            Map<String, AttributeProto> given) {
        if (frame.depth >= MAX_CALLS) {
            throw new LimitException(
                    Problem.of("functions call each other too deep")
                            .expected("at most " + MAX_CALLS)
                            .advice("A function must not call itself"));
        }
        if (++calls > MAX_INLINED) {
            throw new LimitException(
                    Problem.of("too many calls of functions").expected("at most " + MAX_INLINED));
        }
        var outputs = proto.output();
        if (proto.input().size() > function.input().size()
                || outputs.size() > function.output().size()) {
            throw new FormatException(
                    Problem.of("a call does not fit its function")
                            .expected(arity(function.input(), function.output()))
                            .got(arity(proto.input(), outputs)));
        }
        var attributes = new HashMap<String, AttributeProto>();
        function.attributeProto().forEach(a -> attributes.put(a.name(), a));
        attributes.putAll(given);
        var arguments = arguments(frame.scope, proto, function);
        var results = new HashMap<String, String>();
        for (int i = 0; i < outputs.size(); i++) {
            if (!outputs.get(i).isEmpty()) {
                results.putIfAbsent(function.output().get(i), outputs.get(i));
            }
        }
        var scope = frame.scope.function(localName(proto), arguments, results);
        nodes(
                new Frame(
                        scope,
                        OpsetVersions.of(function.opsetImport()),
                        attributes,
                        frame.depth + 1),
                function.node());
        for (int i = 0; i < outputs.size(); i++) {
            if (!outputs.get(i).isEmpty()) {
                frame.scope.define(outputs.get(i), value(scope, function.output().get(i)));
            }
        }
    }

    private static String arity(List<String> inputs, List<String> outputs) {
        return inputs.size() + " inputs, " + outputs.size() + " outputs";
    }

    /// The caller's names by the function's inputs.
    private static Map<String, String> arguments(
            Scope caller, NodeProto proto, FunctionProto function) {
        var arguments = new HashMap<String, String>();
        for (int i = 0; i < function.input().size(); i++) {
            var outer = i < proto.input().size() ? proto.input().get(i) : "";
            if (!outer.isEmpty() && !caller.sees(outer)) {
                throw undefined(outer);
            }
            if (arguments.put(function.input().get(i), outer) != null) {
                throw new FormatException(
                        Problem.of("two inputs of a function have the same name")
                                .got(function.input().get(i)));
            }
        }
        return arguments;
    }

    private static String localName(NodeProto proto) {
        return proto.name().isEmpty() ? String.join(".", proto.output()) : proto.name();
    }

    /// Upgrades a call and adds what becomes of it to the graph.
    private List<Value> emit(Frame frame, Call call) {
        var emitter = new Emitter(frame);
        return Upgrades.apply(call, emitter);
    }

    /// Adds calls of the newest operator set to the graph of a frame.
    private final class Emitter implements Upgrades.Emitter {
        private final Frame frame;

        Emitter(Frame frame) {
            this.frame = frame;
        }

        @Override
        public GraphBuilder builder() {
            return frame.scope.builder();
        }

        @Override
        public List<Value> emit(Call call) {
            var graphAttributes =
                    call.attributes().values().stream()
                            .filter(a -> NodeAttributes.typeOf(a) == AttributeType.GRAPH)
                            .sorted(Comparator.comparing(AttributeProto::name))
                            .toList();
            var subgraphs = new Subgraphs(frame, call, graphAttributes);
            var inputs = new ArrayList<>(call.inputs());
            if (subgraphs.captures.isEmpty()) {
                while (!inputs.isEmpty() && !inputs.getLast().isPresent()) {
                    inputs.removeLast();
                }
            }
            inputs.addAll(subgraphs.captures);
            var attributes =
                    new NodeAttributes(call, tensors, subgraphs.graphs, subgraphs.captures.size());
            return builder()
                    .add(OnnxOps.read(call, attributes), call.name(), inputs, outputs(call));
        }

        /// The outputs with names that the graph does not have yet, trailing left out ones dropped.
        private List<String> outputs(Call call) {
            var names = new ArrayList<String>();
            for (var output : call.outputs()) {
                names.add(output.isEmpty() ? "" : builder().freshValueName(output));
            }
            while (names.size() > 1 && names.getLast().isEmpty()) {
                names.removeLast();
            }
            return names;
        }
    }

    /// The subgraphs of one call, closed over the same captures: those of the first subgraph by
    /// name come first, whatever the order of the attributes in the file.
    private final class Subgraphs {
        private final Map<String, Graph> graphs = new LinkedHashMap<>();
        private final List<Value> captures;

        Subgraphs(Frame frame, Call call, List<AttributeProto> attributes) {
            var scopes = new LinkedHashMap<String, Scope>();
            Set<Value> all = new LinkedHashSet<>();
            var formalCounts = new HashMap<String, Integer>();
            for (var attribute : attributes) {
                var proto = attribute.g();
                if (proto == null) {
                    throw new FormatException(
                            Problem.of("a subgraph is missing").got(attribute.name()));
                }
                var builder =
                        Graph.builder(proto.name().isEmpty() ? attribute.name() : proto.name());
                var scope = frame.scope.subgraph(builder);
                body(frame.in(scope), proto, FormalTypes.of(call, proto.input().size()));
                formalCounts.put(attribute.name(), formals(proto));
                scopes.put(attribute.name(), scope);
                all.addAll(scope.captures().keySet());
            }
            captures = List.copyOf(all);
            scopes.forEach(
                    (name, scope) ->
                            graphs.put(name, close(scope, formalCounts.getOrDefault(name, 0))));
        }

        private int formals(GraphProto proto) {
            var names = new HashSet<String>();
            proto.initializer().forEach(t -> names.add(t.name()));
            return (int) proto.input().stream().filter(i -> !names.contains(i.name())).count();
        }

        private Graph close(Scope scope, int formals) {
            var builder = scope.builder();
            var inner = new ArrayList<Value>();
            for (var outer : captures) {
                var known = scope.captures().get(outer);
                inner.add(
                        known != null
                                ? known
                                : builder.input(
                                        builder.freshValueName(outer.name()), outer.type()));
            }
            var graph = builder.build();
            var inputs = new ArrayList<>(graph.inputs().subList(0, formals));
            inputs.addAll(inner);
            return withoutDeadConstants(
                    Graph.of(
                            graph.name(),
                            inputs,
                            graph.nodes(),
                            graph.outputs(),
                            graph.metadata()));
        }
    }
}
