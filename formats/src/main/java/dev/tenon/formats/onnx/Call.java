package dev.tenon.formats.onnx;

import dev.tenon.formats.onnx.proto.AttributeProto;
import dev.tenon.graph.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// A node of a file whose inputs are values already: what upgrades work on.
///
/// @param name the node's name
/// @param domain the operator set; empty for `ai.onnx`
/// @param version the version of the operator set that the call is written in
/// @param inputs [Value#NONE] where an input is left out
/// @param outputs the empty string where an output is left out
record Call(
        String name,
        String domain,
        String op,
        int version,
        List<Value> inputs,
        SequencedMap<String, AttributeProto> attributes,
        List<String> outputs) {
    Call {
        inputs = List.copyOf(inputs);
        attributes = new LinkedHashMap<>(attributes);
        outputs = List.copyOf(outputs);
    }

    Value input(int index) {
        return index < inputs.size() ? inputs.get(index) : Value.NONE;
    }

    boolean hasInput(int index) {
        return input(index).isPresent();
    }

    Call withOp(String newOp) {
        return new Call(name, domain, newOp, version, inputs, attributes, outputs);
    }

    Call withInputs(List<Value> newInputs) {
        return new Call(name, domain, op, version, newInputs, attributes, outputs);
    }

    /// With an input set; inputs before it that are not there are left out.
    Call withInput(int index, Value value) {
        var list = new ArrayList<>(inputs);
        while (list.size() <= index) {
            list.add(Value.NONE);
        }
        list.set(index, value);
        return withInputs(list);
    }

    Call withOutputs(List<String> newOutputs) {
        return new Call(name, domain, op, version, inputs, attributes, newOutputs);
    }

    Call with(AttributeProto attribute) {
        var map = new LinkedHashMap<>(attributes);
        map.put(attribute.name(), attribute);
        return new Call(name, domain, op, version, inputs, map, outputs);
    }

    Call without(String... names) {
        var map = new LinkedHashMap<>(attributes);
        for (var attribute : names) {
            map.remove(attribute);
        }
        return new Call(name, domain, op, version, inputs, map, outputs);
    }

    boolean has(String attribute) {
        return attributes.containsKey(attribute);
    }

    long integer(String attribute, long otherwise) {
        var proto = attributes.get(attribute);
        var value = proto == null ? null : proto.i();
        return value == null ? otherwise : value;
    }
}
