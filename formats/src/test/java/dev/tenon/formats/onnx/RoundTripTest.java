package dev.tenon.formats.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tenon.base.DType;
import dev.tenon.base.Tensor;
import dev.tenon.base.UnsupportedException;
import dev.tenon.graph.Graph;
import dev.tenon.graph.TextForm;
import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;

/// What is read, written and read again is the same graph.
class RoundTripTest {
    private static byte[] bytes(Graph graph) {
        var out = new ByteArrayOutputStream();
        Onnx.write(graph, out);
        return out.toByteArray();
    }

    private static void holds(Graph graph) {
        assertEquals(TextForm.print(graph), TextForm.print(Onnx.read(bytes(graph))));
    }

    @Test
    void suite() throws Exception {
        int whole = 0;
        for (var file : Suite.models()) {
            Graph graph;
            try {
                graph = Onnx.read(file);
            } catch (UnsupportedException e) {
                continue;
            }
            holds(graph);
            whole++;
        }
        assertTrue(whole > 1800, whole + " models");
    }

    /// The second reading differs from what a graph could say before, and from then on nothing
    /// does.
    private static void settles(String text, String settled) {
        var read = Onnx.read(bytes(TextForm.parse(text)));
        assertEquals(settled, TextForm.print(read));
        holds(read);
    }

    @Test
    void outputsOfOtherNames() {
        settles(
                """
                graph main(%x: f32[2]) -> (%x, a: %x, b: %y, c: %y, d: %w) {
                  %y: f32[2] = Neg(%x)
                  %w: f32[2] = Constant {1.0, 2.0}
                }
                """,
                """
                graph main(%x: f32[2]) -> (%x, %a, %b, %c, %d) {
                  %b: f32[2] = Neg(%x) @y
                  %a: f32[2] = Identity(%x)
                  %c: f32[2] = Identity(%b)
                  %d: f32[2] = Constant {1.0, 2.0}
                }
                """);
    }

    @Test
    void namesOfInputsStay() {
        settles(
                """
                graph main(%x: f32[2]) -> (x: %y) {
                  %y: f32[2] = Neg(%x)
                }
                """,
                """
                graph main(%x: f32[2]) -> (%x_1) {
                  %x_1: f32[2] = Neg(%x) @y
                }
                """);
    }

    @Test
    void branchesThatComputeNothing() {
        settles(
                """
                graph main(%c: bool[], %x: f32[N], %y: f32[N]) -> (%r) {
                  %r: f32[N] = If(%c, %x, %y) {
                    thenBranch=graph then(%x: f32[N], %y: f32[N]) -> (%x) {
                    },
                    elseBranch=graph else(%x: f32[N], %y: f32[N]) -> (%y) {
                    }
                  }
                }
                """,
                """
                graph main(%c: bool[], %x: f32[N], %y: f32[N]) -> (%r) {
                  %r: f32[N] = If(%c, %y, %x) {
                    thenBranch=graph then(%y: f32[N], %x: f32[N]) -> (%x_1) {
                      %x_1: f32[N] = Identity(%x)
                    },
                    elseBranch=graph else(%y: f32[N], %x: f32[N]) -> (%y_1) {
                      %y_1: f32[N] = Identity(%y)
                    }
                  }
                }
                """);
    }

    /// Captures of captures, names that a subgraph shares with what encloses it, a captured result.
    @Test
    void nestedSubgraphs() {
        settles(
                """
                graph main(%c: bool[], %x: f32[N]) -> (%y, %z) {
                  %w: f32[1] = Constant {2.0}
                  %z: f32[N] = Mul(%x, %w)
                  %y: f32[N] = If(%c, %c, %x, %z) {
                    thenBranch=graph then(%a: bool[], %b: f32[N], %d: f32[N]) -> (%z) {
                      %w: f32[1] = Constant {3.0}
                      %z: f32[N] = If(%a, %b, %w) {
                        thenBranch=graph then(%x: f32[N], %y: f32[1]) -> (%z) {
                          %z: f32[N] = Add(%x, %y)
                        },
                        elseBranch=graph else(%x: f32[N], %y: f32[1]) -> (%z) {
                          %z: f32[N] = Sub(%x, %y)
                        }
                      }
                    },
                    elseBranch=graph else(%a: bool[], %b: f32[N], %d: f32[N]) -> (%z) {
                      %z: f32[N] = Identity(%d)
                    }
                  }
                }
                """,
                """
                graph main(%c: bool[], %x: f32[N]) -> (%y, %z) {
                  %w: f32[1] = Constant {2.0}
                  %z: f32[N] = Mul(%x, %w)
                  %y: f32[N] = If(%c, %z, %c, %x) {
                    thenBranch=graph then(%z: f32[N], %c: bool[], %x: f32[N]) -> (%z_1) {
                      %z_1: f32[N] = If(%c, %x) {
                        thenBranch=graph then(%x: f32[N]) -> (%z_2) {
                          %w_1: f32[1] = Constant {3.0}
                          %z_2: f32[N] = Add(%x, %w_1) @z
                        },
                        elseBranch=graph else(%x: f32[N]) -> (%z_2) {
                          %w_1: f32[1] = Constant {3.0}
                          %z_2: f32[N] = Sub(%x, %w_1) @z
                        }
                      } @z
                    },
                    elseBranch=graph else(%z: f32[N], %c: bool[], %x: f32[N]) -> (%z_1) {
                      %z_1: f32[N] = Identity(%z) @z
                    }
                  }
                }
                """);
    }

    @Test
    void metadata() {
        holds(
                TextForm.parse(
                        """
                        graph "a graph"(%x: f32[2]) -> (%x) {
                          metadata "doc" = "two\\nlines"
                          metadata "model_version" = "-9223372036854775808"
                          metadata "producer" = "someone"
                          metadata "prop.licence" = "MIT"
                        }
                        """));
    }

    @Test
    void constantsMayLieInArraysOfAnyKind() {
        var tensor = Tensor.zeros(DType.FLOAT32, 20_001);
        tensor.setDouble(20_000, 3);
        var builder = Graph.builder("g");
        builder.output("y", builder.constant("c", tensor));
        var out = new ByteArrayOutputStream();
        Onnx.write(builder.build(), out);
        var read = Onnx.read(out.toByteArray()).outputs().getFirst().value().constant();
        assertTrue(read != null && read.contentEquals(tensor));
    }

    @Test
    void operatorsOfTenon() throws Exception {
        var graph =
                TextForm.parse(
                        """
                        graph main(%x: f32[n,3,4,4], %w: f32[8,3,1,1], %r: f32[n,4,4,8], %t: f32[2,6], %words: f32[9,6], %ids: i64[n], %scale: f32[6], %bias: f32[6]) -> (%y, %s, %l, %e) {
                          %y: f32[n,4,4,8] = InLayout(%x, %w, _, %r) {body=WithEpilogue \
                        {body=Conv {autoPad=NOTSET, group=1, pads=[0, 0, 0, 0]}, operands=1, \
                        epilogue="(max (add x0 x1) -0.0)"}, layout=CHANNELS_LAST, laidInputs=[3]}
                          %m: f32[2,6] = Map(%t) {expression="(select (is_nan x0) 1.0E-7 (exp x0))"}
                          %l: f32[2] = MapReduce(%t) {axes=[1], expression="(exp x0)", folding=L2, keepdims=false}
                          %s: f32[2,3] = OfColumns(%m) {body=Sub, extents=[3, 3]}
                          %e: f32[n,6] = EmbeddingNorm(%words, %ids, %scale, %bias) {tables=1, epsilon=0.01}
                        }
                        """);
        var out = new ByteArrayOutputStream();
        Onnx.write(graph, out, Target.TENON);
        assertEquals(TextForm.print(graph), TextForm.print(Onnx.read(out.toByteArray())));
        var refused =
                assertThrows(
                        UnsupportedException.class,
                        () -> Onnx.write(graph, new ByteArrayOutputStream()));
        assertTrue(refused.getMessage().contains("--target tenon"), refused::getMessage);
    }
}
