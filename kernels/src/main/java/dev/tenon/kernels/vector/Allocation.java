package dev.tenon.kernels.vector;

import dev.tenon.kernels.vector.VectorBlock.Computed;
import dev.tenon.kernels.vector.VectorBlock.Pinned;
import dev.tenon.kernels.vector.VectorBlock.Step;
import dev.tenon.kernels.vector.VectorBlock.Value;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Chooses registers for straight-line code. When they run out, the value is saved that is needed
/// last (Belady, "A study of replacement algorithms for a virtual-storage computer", 1966).
final class Allocation {
    private final List<Step> steps;

    /// The steps that read each value, in order; the number of steps stands for the results.
    private final List<ArrayDeque<Integer>> readers = new ArrayList<>();

    private final ArrayDeque<Vector> free;
    private final Map<Integer, Vector> places = new HashMap<>();
    private final Map<Integer, Integer> slots = new HashMap<>();
    private final List<VectorCode.Instruction> code = new ArrayList<>();

    private Allocation(List<Step> steps, List<Vector> registers) {
        this.steps = steps;
        this.free = new ArrayDeque<>(registers);
    }

    static VectorCode of(List<Step> steps, List<Value> results, List<Vector> registers) {
        var allocation = new Allocation(steps, registers);
        allocation.findReaders(results);
        for (int i = 0; i < steps.size(); i++) {
            if (!allocation.readers.get(i).isEmpty()) {
                allocation.place(i);
            }
        }
        var held = new HashSet<Integer>();
        var vectors = new ArrayList<Vector>();
        for (var result : results) {
            vectors.add((Vector) allocation.source(result, held));
        }
        return new VectorCode(allocation.code, allocation.slots.size(), vectors);
    }

    private void findReaders(List<Value> results) {
        steps.forEach(_ -> readers.add(new ArrayDeque<>()));
        results.forEach(result -> addReader(result, steps.size()));
        for (int i = steps.size() - 1; i >= 0; i--) {
            if (!readers.get(i).isEmpty()) {
                for (var read : steps.get(i).reads()) {
                    addReader(read, i);
                }
            }
        }
    }

    private void addReader(Value value, int reader) {
        if (value instanceof Computed(int step)) {
            readers.get(step).addFirst(reader);
        }
    }

    private void place(int index) {
        var step = steps.get(index);
        var held = new HashSet<Integer>();
        for (var read : step.reads()) {
            if (read instanceof Computed(int value) && places.containsKey(value)) {
                held.add(value);
            }
        }
        var sources = step.reads().stream().map(read -> source(read, held)).toList();
        // Freed in reverse, so that the result goes to the first operand's register.
        for (var read : step.reads().reversed()) {
            if (read instanceof Computed(int value)) {
                readers.get(value).removeFirst();
                if (readers.get(value).isEmpty() && places.containsKey(value)) {
                    free.push(places.remove(value));
                }
            }
        }
        var target = take(Set.of());
        places.put(index, target);
        code.add((a, loader) -> step.emit(a, loader, target, sources));
    }

    /// Where a value is, after it was brought back if it was saved.
    ///
    /// @param held values that must stay in their registers
    private Source source(Value value, Set<Integer> held) {
        return switch (value) {
            case Constant constant -> constant;
            case Pinned(var vector) -> vector;
            case Computed(int step) -> {
                var place = places.get(step);
                if (place == null) {
                    var restored = take(held);
                    var slot = slots.get(step);
                    if (slot == null) {
                        throw new IllegalStateException("a value is read before it is computed");
                    }
                    code.add((a, _) -> a.restore(restored, slot));
                    places.put(step, restored);
                    place = restored;
                }
                held.add(step);
                yield place;
            }
        };
    }

    private Vector take(Set<Integer> held) {
        if (!free.isEmpty()) {
            return free.pop();
        }
        int last =
                places.keySet().stream()
                        .filter(value -> !held.contains(value))
                        .reduce((x, y) -> nextReader(x) >= nextReader(y) ? x : y)
                        .orElseThrow(() -> new IllegalStateException("too few registers"));
        var vector = places.remove(last);
        if (vector == null) {
            throw new IllegalStateException("a value has no register");
        }
        if (!slots.containsKey(last)) {
            int slot = slots.size();
            slots.put(last, slot);
            code.add((a, _) -> a.save(vector, slot));
        }
        return vector;
    }

    private int nextReader(int value) {
        var next = readers.get(value).peekFirst();
        return next == null ? -1 : next;
    }
}
