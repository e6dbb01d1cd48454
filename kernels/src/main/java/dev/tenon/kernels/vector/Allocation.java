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
import java.util.Optional;
import java.util.Set;

/// Chooses registers for straight-line code. When they run out, the value is saved that is needed
/// last (Belady, "A study of replacement algorithms for a virtual-storage computer", 1966).
///
/// The code works on several vectors side by side, so that what depends on each other has time:
/// each step is done for all copies before the next. Step `s` of copy `c` is number `s·copies + c`.
final class Allocation {
    private final List<Step> steps;
    private final int copies;

    /// The steps that read each value, in order; the number of steps stands for the results.
    private final List<ArrayDeque<Integer>> readers = new ArrayList<>();

    private final ArrayDeque<Vector> free;
    private final Map<Integer, Vector> places = new HashMap<>();
    private final Map<Integer, Integer> slots = new HashMap<>();

    /// Literals that are in registers for all copies of the present step.
    private final Map<Literal, Vector> shared = new HashMap<>();

    private final List<VectorCode.Instruction> code = new ArrayList<>();

    private Allocation(List<Step> steps, int copies, List<Vector> registers) {
        this.steps = steps;
        this.copies = copies;
        this.free = new ArrayDeque<>(registers);
    }

    /// @return the results of the first copy, then those of the next
    static VectorCode of(
            List<Step> steps, List<Value> results, int copies, List<Vector> registers) {
        var allocation = new Allocation(steps, copies, registers);
        allocation.findReaders(results);
        for (int i = 0; i < steps.size() * copies; i++) {
            if (!allocation.readers.get(i).isEmpty()) {
                allocation.place(i);
            }
        }
        var held = new HashSet<Integer>();
        var vectors = new ArrayList<Vector>();
        for (int copy = 0; copy < copies; copy++) {
            for (var result : results) {
                vectors.add((Vector) allocation.source(result, copy, held));
            }
        }
        return new VectorCode(allocation.code, allocation.slots.size(), vectors);
    }

    private void findReaders(List<Value> results) {
        int count = steps.size() * copies;
        for (int i = 0; i < count; i++) {
            readers.add(new ArrayDeque<>());
        }
        for (int copy = 0; copy < copies; copy++) {
            for (var result : results) {
                addReader(result, copy, count);
            }
        }
        for (int i = count - 1; i >= 0; i--) {
            if (!readers.get(i).isEmpty()) {
                for (var read : steps.get(i / copies).reads()) {
                    addReader(read, i % copies, i);
                }
            }
        }
    }

    private void addReader(Value value, int copy, int reader) {
        if (value instanceof Computed(int step)) {
            readers.get(step * copies + copy).addFirst(reader);
        }
    }

    private void place(int index) {
        var step = steps.get(index / copies);
        int copy = index % copies;
        if (copy == 0 && copies > 1) {
            share(step);
        }
        var held = new HashSet<Integer>();
        for (var read : step.reads()) {
            if (read instanceof Computed(int s) && places.containsKey(s * copies + copy)) {
                held.add(s * copies + copy);
            }
        }
        var temporaries = new ArrayList<Vector>();
        var sources = new ArrayList<Source>();
        for (int i = 0; i < step.reads().size(); i++) {
            var source = source(step.reads().get(i), copy, held);
            if (source instanceof Literal literal && step.readsRegister(i)) {
                var vector = take(held);
                code.add((a, _) -> a.set(vector, literal));
                temporaries.add(vector);
                source = vector;
            }
            sources.add(source);
        }
        var early = step.writesEarly() ? Optional.of(take(held)) : Optional.<Vector>empty();
        // Freed in reverse, so that the result goes to the first operand's register.
        for (var read : step.reads().reversed()) {
            if (read instanceof Computed(int s)) {
                int value = s * copies + copy;
                readers.get(value).removeFirst();
                if (readers.get(value).isEmpty() && places.containsKey(value)) {
                    free.push(places.remove(value));
                }
            }
        }
        temporaries.forEach(free::push);
        var target = early.orElseGet(() -> take(Set.of()));
        places.put(index, target);
        code.add((a, loader) -> step.emit(a, loader, copy, target, sources));
        if (copy == copies - 1) {
            shared.values().forEach(free::push);
            shared.clear();
        }
    }

    /// Loads the literals of a step once for all copies, where registers are left.
    private void share(Step step) {
        for (var read : step.reads()) {
            if (read instanceof Literal literal
                    && !shared.containsKey(literal)
                    && free.size() > copies) {
                var vector = free.removeLast();
                shared.put(literal, vector);
                code.add((a, _) -> a.set(vector, literal));
            }
        }
    }

    /// Where a value is, after it was brought back if it was saved.
    ///
    /// @param held values that must stay in their registers
    private Source source(Value read, int copy, Set<Integer> held) {
        return switch (read) {
            case Literal literal -> {
                var vector = shared.get(literal);
                yield vector == null ? literal : vector;
            }
            case Pinned(var vector) -> vector;
            case Computed(int step) -> {
                int value = step * copies + copy;
                var place = places.get(value);
                if (place == null) {
                    place = take(held);
                    bringBack(value, place);
                }
                held.add(value);
                yield place;
            }
        };
    }

    private void bringBack(int value, Vector to) {
        var slot = slots.get(value);
        if (slot == null) {
            throw new IllegalStateException("a value is read before it is computed");
        }
        code.add((a, _) -> a.restore(to, slot));
        places.put(value, to);
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
