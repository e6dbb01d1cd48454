package dev.tenon.passes.layout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class LayoutSearchTest {
    /// A problem whose nodes read values that nodes shortly before them make, as in networks.
    private static LayoutProblem random(Random random, int nodes, int reach, int operands) {
        var problem = new LayoutProblem();
        for (int i = 0; i < nodes; i++) {
            double never = random.nextInt(6) == 0 ? Double.POSITIVE_INFINITY : 0;
            problem.node(random.nextInt(100), random.nextInt(100) + never);
        }
        var readers = IntStream.range(0, nodes).mapToObj(i -> IntStream.builder()).toList();
        for (int i = 0; i < nodes; i++) {
            for (int k = random.nextInt(operands + 1); k >= 0; k--) {
                int producer = i - 1 - random.nextInt(reach);
                if (producer < 0) {
                    problem.edge(LayoutProblem.OUTSIDE, new int[] {i}, random.nextInt(60));
                } else {
                    readers.get(producer).add(i);
                }
            }
        }
        for (int i = 0; i < nodes; i++) {
            if (random.nextInt(8) == 0) {
                readers.get(i).add(LayoutProblem.OUTSIDE);
            }
            problem.edge(i, readers.get(i).build().toArray(), random.nextInt(60));
        }
        return problem;
    }

    private static double leastOf(LayoutProblem problem) {
        double least = Double.POSITIVE_INFINITY;
        for (int bits = 0; bits < 1 << problem.size(); bits++) {
            int states = bits;
            least =
                    Math.min(
                            least,
                            problem.cost(
                                    IntStream.range(0, problem.size())
                                            .map(i -> states >> i & 1)
                                            .toArray()));
        }
        return least;
    }

    @Test
    void findsTheMinimumOfSmallProblems() {
        var random = new Random(1);
        for (int i = 0; i < 300; i++) {
            var problem = random(random, 1 + random.nextInt(12), 4, 2);
            var result = LayoutSearch.solve(problem);
            assertTrue(result.exact());
            assertEquals(leastOf(problem), result.cost(), "problem " + i);
            assertEquals(result.cost(), problem.cost(result.states()));
        }
    }

    @Test
    void bringsAValueToTheOtherLayoutOnceForAllItsReaders() {
        var problem = new LayoutProblem();
        int source = problem.node(1, Double.POSITIVE_INFINITY);
        int[] readers = IntStream.range(0, 5).map(i -> problem.node(10, 4)).toArray();
        problem.edge(source, readers, 20);
        var result = LayoutSearch.solve(problem);
        assertEquals(1 + 5 * 4 + 20, result.cost());
    }

    @Test
    void costsNoMoreThanEitherFixedLayoutWhereTheSearchIsBounded() {
        var random = new Random(2);
        for (int i = 0; i < 5; i++) {
            var problem = random(random, 300, 200, 4);
            var result = LayoutSearch.solve(problem);
            assertFalse(result.exact());
            assertTrue(result.cost() <= problem.cost(problem.all(0)));
            assertTrue(result.cost() <= problem.cost(problem.all(1)));
        }
    }

    @Test
    void givesFeasibleStatesWhenTablesAreTiny() {
        var random = new Random(3);
        for (int i = 0; i < 200; i++) {
            var network = new CostNetwork();
            int size = 4 + random.nextInt(12);
            for (int v = 0; v < size; v++) {
                network.variable(random.nextInt(9), random.nextInt(9), random.nextInt(9));
            }
            for (int a = 0; a < size; a++) {
                for (int b = 0; b < a; b++) {
                    var costs = new double[3][3];
                    for (var row : costs) {
                        java.util.Arrays.setAll(row, k -> random.nextInt(9));
                    }
                    network.relate(a, b, costs);
                }
            }
            var exact = Elimination.solve(network);
            var bounded = Elimination.solve(network, 0);
            assertTrue(network.cost(bounded.states()) < Double.POSITIVE_INFINITY);
            if (exact.exact()) {
                assertTrue(network.cost(exact.states()) <= network.cost(bounded.states()));
            }
        }
    }

    @Test
    void boundsItsWorkOnLargeProblems() {
        var random = new Random(4);
        for (int reach : new int[] {1, 3, 20, 20_000}) {
            var problem = random(random, 20_000, reach, 2);
            var result = LayoutSearch.solve(problem);
            assertEquals(reach <= 3, result.exact());
            assertTrue(result.cost() < problem.cost(problem.all(0)));
        }
        var hub = new LayoutProblem();
        int[] readers = IntStream.range(0, 20_000).map(i -> hub.node(i % 7, i % 5)).toArray();
        hub.edge(LayoutProblem.OUTSIDE, readers, 100);
        assertTrue(LayoutSearch.solve(hub).exact());
    }
}
