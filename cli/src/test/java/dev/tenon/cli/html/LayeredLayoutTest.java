package dev.tenon.cli.html;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class LayeredLayoutTest {
    private static List<LayeredLayout.Box> boxes(int count) {
        var boxes = new ArrayList<LayeredLayout.Box>();
        for (int i = 0; i < count; i++) {
            boxes.add(new LayeredLayout.Box(60 + i * 7 % 100, 40, i % 4 == 0));
        }
        return boxes;
    }

    private static void check(List<LayeredLayout.Box> boxes, List<LayeredLayout.Wire> wires) {
        var result = LayeredLayout.of(boxes, wires);
        var rows = new TreeMap<Double, List<Integer>>();
        for (int i = 0; i < boxes.size(); i++) {
            var middle = result.boxes().get(i);
            assertTrue(middle.x() - boxes.get(i).width() / 2 >= -1e-6);
            assertTrue(middle.x() + boxes.get(i).width() / 2 <= result.width() + 1e-6);
            assertTrue(middle.y() >= 0 && middle.y() <= result.height());
            rows.computeIfAbsent(middle.y(), _ -> new ArrayList<>()).add(i);
        }
        for (var row : rows.values()) {
            row.sort(
                    (a, b) -> Double.compare(result.boxes().get(a).x(), result.boxes().get(b).x()));
            for (int i = 1; i < row.size(); i++) {
                double left =
                        result.boxes().get(row.get(i - 1)).x()
                                + boxes.get(row.get(i - 1)).width() / 2;
                double right =
                        result.boxes().get(row.get(i)).x() - boxes.get(row.get(i)).width() / 2;
                assertTrue(right - left >= 10, "boxes touch");
            }
        }
        for (int w = 0; w < wires.size(); w++) {
            for (int t = 0; t < wires.get(w).targets().size(); t++) {
                var route = result.routes().get(w).get(t);
                assertEquals(result.boxes().get(wires.get(w).source()).x(), route.getFirst().x());
                assertEquals(
                        result.boxes().get(wires.get(w).targets().get(t)).x(), route.getLast().x());
                for (int i = 1; i < route.size(); i++) {
                    assertTrue(route.get(i).y() > route.get(i - 1).y(), "an edge goes up");
                }
            }
        }
    }

    @Test
    void small() {
        check(boxes(0), List.of());
        check(boxes(1), List.of());
        check(boxes(2), List.of(new LayeredLayout.Wire(0, List.of(1))));
        check(
                boxes(3),
                List.of(
                        new LayeredLayout.Wire(0, List.of(1, 2)),
                        new LayeredLayout.Wire(1, List.of(2))));
    }

    @Test
    void chainsAreStraight() {
        var boxes = new ArrayList<LayeredLayout.Box>();
        var wires = new ArrayList<LayeredLayout.Wire>();
        for (int i = 0; i < 50; i++) {
            boxes.add(new LayeredLayout.Box(80, 40, i == 0));
            if (i > 0) {
                wires.add(new LayeredLayout.Wire(i - 1, List.of(i)));
            }
        }
        var result = LayeredLayout.of(boxes, wires);
        assertEquals(80, result.width(), 1e-6);
    }

    @Test
    void whatForksAndJoinsComesBack() {
        var boxes = new ArrayList<LayeredLayout.Box>();
        var wires = new ArrayList<LayeredLayout.Wire>();
        for (int i = 0; i < 300; i++) {
            boxes.add(new LayeredLayout.Box(80, 40, i == 0));
            if (i > 0) {
                wires.add(new LayeredLayout.Wire(i - 1, List.of(i)));
            }
            if (i >= 3 && i % 3 == 0) {
                wires.add(new LayeredLayout.Wire(i - 3, List.of(i)));
            }
        }
        check(boxes, wires);
        assertTrue(LayeredLayout.of(boxes, wires).width() < 400);
    }

    @Test
    void randomGraphs() {
        var random = new Random(11);
        for (int round = 0; round < 30; round++) {
            int count = 2 + random.nextInt(60);
            check(boxes(count), wires(count, random, count));
        }
    }

    @Test
    void thousandsOfNodes() {
        int count = 4000;
        var random = new Random(12);
        var wires = wires(count, random, 30);
        wires.add(new LayeredLayout.Wire(0, List.of(count / 2, count - 1)));
        assertTimeout(Duration.ofSeconds(30), () -> check(boxes(count), wires));
    }

    private static List<LayeredLayout.Wire> wires(int count, Random random, int reach) {
        var wires = new ArrayList<LayeredLayout.Wire>();
        for (int i = 0; i + 1 < count; i++) {
            var targets = new TreeSet<Integer>();
            for (int t = random.nextInt(3); t >= 0; t--) {
                targets.add(i + 1 + random.nextInt(Math.min(reach, count - i - 1)));
            }
            wires.add(new LayeredLayout.Wire(i, List.copyOf(targets)));
        }
        return wires;
    }
}
