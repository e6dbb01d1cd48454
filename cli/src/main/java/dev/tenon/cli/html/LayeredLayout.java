package dev.tenon.cli.html;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Draws a directed acyclic graph in layers, from top to bottom (Sugiyama, Tagawa and Toda 1981):
/// every box below those it reads from, few crossings, and long edges straight.
///
/// An edge that passes layers goes through a point in each; edges of one value share these points.
final class LayeredLayout {
    /// A box, given by its size.
    ///
    /// @param held it and what reads it stand as high as they can; all others stand right above
    ///   their first reader
    record Box(double width, double height, boolean held) {}

    /// A value: the box it comes from, and those that read it, which stand later in the list of
    /// boxes.
    record Wire(int source, List<Integer> targets) {}

    /// Where the middle of a box, or a point of a wire, lies.
    record Point(double x, double y) {}

    /// @param boxes the middle of each box
    /// @param routes for each wire and target, the points from the source's lower edge to the
    ///   target's upper
    record Result(List<Point> boxes, List<List<List<Point>>> routes, double width, double height) {}

    private static final double GAP_X = 24;
    private static final double GAP_Y = 46;
    private static final double POINT_WIDTH = 6;
    private static final int SWEEPS = 10;

    /// Points in all beyond which long edges are drawn straight.
    private static final int MAX_POINTS = 150_000;

    private final List<Box> boxes;
    private final List<Wire> wires;
    private final int[] layerOf;
    private final List<Cell> cells = new ArrayList<>();
    private final List<List<Cell>> layers = new ArrayList<>();
    private final List<Cell[]> chains = new ArrayList<>();

    /// A box or a point of a wire in its layer.
    private static final class Cell {
        private final int box;
        private final int layer;
        private final double width;
        private final List<Cell> above = new ArrayList<>();
        private final List<Cell> below = new ArrayList<>();
        private int order;
        private double x;

        Cell(int box, int layer, double width) {
            this.box = box;
            this.layer = layer;
            this.width = width;
        }

        boolean isPoint() {
            return box < 0;
        }
    }

    private LayeredLayout(List<Box> boxes, List<Wire> wires) {
        this.boxes = boxes;
        this.wires = wires;
        this.layerOf = new int[boxes.size()];
    }

    static Result of(List<Box> boxes, List<Wire> wires) {
        var layout = new LayeredLayout(boxes, wires);
        layout.assignLayers();
        layout.makeCells();
        layout.order();
        layout.place();
        return layout.result();
    }

    private void assignLayers() {
        var bySource = new ArrayList<List<Wire>>();
        boxes.forEach(_ -> bySource.add(new ArrayList<>()));
        // Whether a box reads, directly or not, one that is held.
        var bound = new boolean[boxes.size()];
        for (var wire : wires) {
            bySource.get(wire.source()).add(wire);
        }
        for (int box = 0; box < boxes.size(); box++) {
            bound[box] |= boxes.get(box).held();
            for (var wire : bySource.get(box)) {
                for (int target : wire.targets()) {
                    layerOf[target] = Math.max(layerOf[target], layerOf[box] + 1);
                    bound[target] |= bound[box];
                }
            }
        }
        for (int box = boxes.size() - 1; box >= 0; box--) {
            if (!bound[box] || layerOf[box] == 0) {
                layerOf[box] =
                        bySource.get(box).stream()
                                .flatMap(w -> w.targets().stream())
                                .mapToInt(t -> layerOf[t] - 1)
                                .min()
                                .orElse(layerOf[box]);
            }
        }
    }

    private void makeCells() {
        int depth = Arrays.stream(layerOf).max().orElse(-1) + 1;
        for (int i = 0; i < depth; i++) {
            layers.add(new ArrayList<>());
        }
        for (int box = 0; box < boxes.size(); box++) {
            addCell(new Cell(box, layerOf[box], boxes.get(box).width()));
        }
        long points =
                wires.stream().mapToLong(w -> Math.max(0, last(w) - layerOf[w.source()] - 1)).sum();
        for (var wire : wires) {
            int from = layerOf[wire.source()];
            int length = points > MAX_POINTS ? 0 : Math.max(0, last(wire) - from - 1);
            var chain = new Cell[length];
            var previous = cells.get(wire.source());
            for (int i = 0; i < length; i++) {
                chain[i] = addCell(new Cell(-1, from + 1 + i, POINT_WIDTH));
                join(previous, chain[i]);
                previous = chain[i];
            }
            for (int target : wire.targets()) {
                int steps = Math.min(length, layerOf[target] - from - 1);
                join(steps == 0 ? cells.get(wire.source()) : chain[steps - 1], cells.get(target));
            }
            chains.add(chain);
        }
    }

    private int last(Wire wire) {
        return wire.targets().stream().mapToInt(t -> layerOf[t]).max().orElse(0);
    }

    private Cell addCell(Cell cell) {
        var layer = layers.get(cell.layer);
        cell.order = layer.size();
        layer.add(cell);
        cells.add(cell);
        return cell;
    }

    private static void join(Cell upper, Cell lower) {
        upper.below.add(lower);
        lower.above.add(upper);
    }

    /// Sorts each layer by the mean place of the neighbours, downwards and upwards in turn, and
    /// keeps the order with the fewest crossings.
    private void order() {
        long fewest = Long.MAX_VALUE;
        var best = new int[cells.size()];
        for (int sweep = 0; sweep <= SWEEPS; sweep++) {
            if (sweep > 0) {
                boolean down = sweep % 2 == 1;
                for (var layer : down ? layers : layers.reversed()) {
                    sort(layer, down);
                }
            }
            long crossings = crossings();
            if (crossings < fewest) {
                fewest = crossings;
                for (int i = 0; i < best.length; i++) {
                    best[i] = cells.get(i).order;
                }
            }
        }
        for (int i = 0; i < best.length; i++) {
            cells.get(i).order = best[i];
        }
        layers.forEach(l -> l.sort((a, b) -> Integer.compare(a.order, b.order)));
    }

    private static void sort(List<Cell> layer, boolean down) {
        var keys = new double[layer.size()];
        for (var cell : layer) {
            keys[cell.order] =
                    (down ? cell.above : cell.below)
                            .stream().mapToDouble(c -> c.order).average().orElse(cell.order);
        }
        layer.sort(
                (a, b) -> {
                    int byKey = Double.compare(keys[a.order], keys[b.order]);
                    return byKey != 0 ? byKey : Integer.compare(a.order, b.order);
                });
        for (int i = 0; i < layer.size(); i++) {
            layer.get(i).order = i;
        }
    }

    /// Counted layer by layer with a Fenwick tree over the places below.
    private long crossings() {
        long crossings = 0;
        for (int i = 0; i + 1 < layers.size(); i++) {
            var tree = new int[layers.get(i + 1).size() + 1];
            int seen = 0;
            var upper = new ArrayList<>(layers.get(i));
            upper.sort((a, b) -> Integer.compare(a.order, b.order));
            for (var cell : upper) {
                var places =
                        cell.below.stream()
                                .filter(c -> c.layer == cell.layer + 1)
                                .mapToInt(c -> c.order)
                                .sorted()
                                .toArray();
                for (int place : places) {
                    crossings += seen - sum(tree, place + 1);
                }
                for (int place : places) {
                    for (int at = place + 1; at < tree.length; at += at & -at) {
                        tree[at]++;
                    }
                }
                seen += places.length;
            }
        }
        return crossings;
    }

    private static int sum(int[] tree, int at) {
        int sum = 0;
        for (; at > 0; at -= at & -at) {
            sum += tree[at];
        }
        return sum;
    }

    /// Moves cells below and above their neighbours in turn, keeping the order and the gaps.
    private void place() {
        for (var layer : layers) {
            double x = 0;
            for (var cell : layer) {
                cell.x = x + cell.width / 2;
                x += cell.width + GAP_X;
            }
        }
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            for (var layer : layers) {
                align(layer, true, false);
            }
            for (var layer : layers.reversed()) {
                align(layer, false, sweep == SWEEPS - 1);
            }
        }
        straighten();
    }

    /// Shears the drawing so that it goes down rather than aside: takes the line off that fits the
    /// boxes best.
    private void straighten() {
        double meanX =
                cells.stream().filter(c -> !c.isPoint()).mapToDouble(c -> c.x).average().orElse(0);
        double meanLayer = Arrays.stream(layerOf).average().orElse(0);
        double product = 0;
        double square = 0;
        for (int box = 0; box < boxes.size(); box++) {
            double layer = layerOf[box] - meanLayer;
            product += layer * (cells.get(box).x - meanX);
            square += layer * layer;
        }
        double slope = square == 0 ? 0 : product / square;
        cells.forEach(c -> c.x -= slope * c.layer);
    }

    /// Gives the cells of a layer the places that are nearest to where their neighbours want them,
    /// in the sense of least squares: isotonic regression by pooling adjacent violators.
    private static void align(List<Cell> layer, boolean down, boolean both) {
        int count = layer.size();
        var offsets = new double[count];
        var sums = new double[count];
        var weights = new double[count];
        var sizes = new int[count];
        int blocks = 0;
        for (int i = 0; i < count; i++) {
            var cell = layer.get(i);
            offsets[i] =
                    i == 0 ? 0 : offsets[i - 1] + (layer.get(i - 1).width + cell.width) / 2 + GAP_X;
            double weight = weight(cell, down);
            weights[blocks] = weight;
            sums[blocks] = weight * (wanted(cell, down, both) - offsets[i]);
            sizes[blocks++] = 1;
            while (blocks > 1
                    && sums[blocks - 2] / weights[blocks - 2]
                            > sums[blocks - 1] / weights[blocks - 1]) {
                blocks--;
                sums[blocks - 1] += sums[blocks];
                weights[blocks - 1] += weights[blocks];
                sizes[blocks - 1] += sizes[blocks];
            }
        }
        int at = 0;
        for (int block = 0; block < blocks; block++) {
            for (int i = 0; i < sizes[block]; i++, at++) {
                layer.get(at).x = sums[block] / weights[block] + offsets[at];
            }
        }
    }

    private static double wanted(Cell cell, boolean down, boolean both) {
        double sum = 0;
        int count = 0;
        if (both || down) {
            for (var other : cell.above) {
                sum += other.x;
                count++;
            }
        }
        if (both || !down) {
            for (var other : cell.below) {
                sum += other.x;
                count++;
            }
        }
        return count == 0 ? cell.x : sum / count;
    }

    /// The inner parts of long edges hold together more than anything else, so that these are
    /// straight; all else weighs the same, so that what forks and joins again comes back to where
    /// it was.
    private static double weight(Cell cell, boolean down) {
        var neighbours = down ? cell.above : cell.below;
        if (neighbours.isEmpty()) {
            return 0.05;
        }
        return cell.isPoint() && neighbours.getFirst().isPoint() ? 8 : 1;
    }

    private Result result() {
        double left = cells.stream().mapToDouble(c -> c.x - c.width / 2).min().orElse(0);
        double right = cells.stream().mapToDouble(c -> c.x + c.width / 2).max().orElse(0);
        var tops = new double[layers.size() + 1];
        var heights = new double[layers.size()];
        for (int i = 0; i < layers.size(); i++) {
            heights[i] =
                    layers.get(i).stream()
                            .mapToDouble(c -> c.isPoint() ? 0 : boxes.get(c.box).height())
                            .max()
                            .orElse(0);
            tops[i + 1] = tops[i] + heights[i] + GAP_Y;
        }
        var middles = new ArrayList<Point>();
        for (int box = 0; box < boxes.size(); box++) {
            var cell = cells.get(box);
            middles.add(new Point(cell.x - left, tops[cell.layer] + heights[cell.layer] / 2));
        }
        var routes = new ArrayList<List<List<Point>>>();
        for (int i = 0; i < wires.size(); i++) {
            var wire = wires.get(i);
            var chain = chains.get(i);
            var each = new ArrayList<List<Point>>();
            for (int target : wire.targets()) {
                var points = new ArrayList<Point>();
                var from = middles.get(wire.source());
                points.add(new Point(from.x(), from.y() + boxes.get(wire.source()).height() / 2));
                for (int k = 0; k < chain.length && chain[k].layer < layerOf[target]; k++) {
                    int layer = chain[k].layer;
                    points.add(new Point(chain[k].x - left, tops[layer] + heights[layer] / 2));
                }
                var to = middles.get(target);
                points.add(new Point(to.x(), to.y() - boxes.get(target).height() / 2));
                each.add(points);
            }
            routes.add(each);
        }
        return new Result(middles, routes, right - left, Math.max(0, tops[layers.size()] - GAP_Y));
    }
}
