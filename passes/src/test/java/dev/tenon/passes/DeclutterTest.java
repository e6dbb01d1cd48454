package dev.tenon.passes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.tenon.graph.TextForm;
import org.junit.jupiter.api.Test;

/// The text of graphs before and after.
class DeclutterTest {
    private static final PassContext VERIFIED = PassContext.DEFAULT.withVerify(true);

    private static void assertDecluttered(String before, String after) {
        var result = Pipelines.declutter().run(TextForm.parse(before), VERIFIED);
        assertEquals(after, result.toString());
        assertSame(result, Pipelines.declutter().run(result, VERIFIED));
    }

    @Test
    void leavesAloneWhatIsNeeded() {
        var text =
                """
                graph main(%x: f32[N,4], %s: i64[2]) -> (%y) {
                  metadata "author" = "A"
                  %r: f32[?r,?r.2] = Reshape(%x, %s) {allowzero=false}
                  %y: f32[?r.2,?r] = Transpose(%r) {perm=[1, 0]}
                }
                """;
        var graph = TextForm.parse(text);
        assertSame(graph, Pipelines.declutter().run(graph, VERIFIED));
    }

    @Test
    void removesWhatDoesNothing() {
        assertDecluttered(
                """
                graph main(%x: f32[N,4]) -> (y: %h, z: %x) {
                  %ones: i64[2] = Constant {1, 1}
                  %zeros: i64[4] = Constant {0, 0, 0, 0}
                  %from: i64[1] = Constant {0}
                  %to: i64[1] = Constant {9223372036854775807}
                  %a: f32[N,4] = Identity(%x)
                  %b: f32[N,4], %mask: bool[N,4] = Dropout(%a) {seed=1}
                  %c: f32[N,4] = Cast(%b) {to=f32, saturate=true, roundMode=UP}
                  %shape: i64[2] = Shape(%x) {start=0}
                  %d: f32[N,4] = Reshape(%c, %shape) {allowzero=false}
                  %e: f32[N,4] = Transpose(%d) {perm=[0, 1]}
                  %f: f32[N,4] = Expand(%e, %ones)
                  %g: f32[N,4] = Slice(%f, %from, %to)
                  %p: f32[N,4] = Pad(%g, %zeros) {mode=CONSTANT}
                  %q: f32[N,4] = Concat(%p) {axis=0}
                  %t: f32[N,4] = Tile(%q, %ones)
                  %m: f32[N,4] = Max(%t)
                  %h: f32[N,4] = Neg(%m)
                  %unread: f32[N,4] = Exp(%m)
                }
                """,
                """
                graph main(%x: f32[N,4]) -> (y: %h, z: %x) {
                  %h: f32[N,4] = Neg(%x)
                }
                """);
    }

    @Test
    void takesChoicesThatAreTheSameForAll() {
        assertDecluttered(
                """
                graph main(%x: f32[N,2], %y: f32[N,2], %row: f32[2]) -> (%a, %b, %c, %d) {
                  %yes: bool[2] = Constant {true, true}
                  %no: bool[] = Constant {false}
                  %some: bool[2] = Constant {true, false}
                  %p: f32[N,2] = Where(%yes, %x, %y)
                  %q: f32[N,2] = Where(%no, %x, %y)
                  %a: f32[N,2] = Neg(%p)
                  %b: f32[N,2] = Exp(%q)
                  %c: f32[N,2] = Where(%some, %x, %y)
                  %d: f32[N,2] = Where(%yes, %row, %x)
                }
                """,
                """
                graph main(%x: f32[N,2], %y: f32[N,2], %row: f32[2]) -> (%a, %b, %c, %d) {
                  %yes: bool[2] = Constant {true, true}
                  %some: bool[2] = Constant {true, false}
                  %a: f32[N,2] = Neg(%x)
                  %b: f32[N,2] = Exp(%y)
                  %c: f32[N,2] = Where(%some, %x, %y)
                  %d: f32[N,2] = Where(%yes, %row, %x)
                }
                """);
    }

    @Test
    void keepsWhatLooksLikeNothing() {
        var text =
                """
                graph main(%x: f32[4,4], %training: bool[]) -> (%a, %b, %c, %d) {
                  %shift: i64[4] = Constant {1, 0, -1, 0}
                  %last: i64[1] = Constant {-1}
                  %first: i64[1] = Constant {-5}
                  %axis: i64[1] = Constant {0}
                  %a: f32[4,4] = Pad(%x, %shift) {mode=CONSTANT}
                  %b: f32[4,4] = Slice(%x, %last, %first, %axis, %last)
                  %c: f32[4,4] = Transpose(%x)
                  %d: f32[4,4] = Dropout(%x, _, %training)
                }
                """;
        assertDecluttered(text, text);
    }

    @Test
    void foldsConstantsAndShapeArithmetic() {
        assertDecluttered(
                """
                graph main(%x: f32[N,2,3]) -> (%y, %z) {
                  %half: f32[] = Constant {0.5}
                  %two: f32[2] = Constant {2.0, 3.0}
                  %scale: f32[2] = Mul(%half, %two)
                  %shape: i64[3] = Shape(%x) {start=0}
                  %tail: i64[2] = Shape(%x) {start=1}
                  %axis: i64[1] = Constant {0}
                  %rest: i64[] = ReduceProd(%tail, %axis) {keepdims=false, noopWithEmptyAxes=false}
                  %restVector: i64[1] = Unsqueeze(%rest, %axis)
                  %minus: i64[1] = Constant {-1}
                  %target: i64[2] = Concat(%minus, %restVector) {axis=0}
                  %y: f32[N,6] = Reshape(%x, %target) {allowzero=false}
                  %z: f32[2] = Neg(%scale)
                }
                """,
                """
                graph main(%x: f32[N,2,3]) -> (%y, %z) {
                  %target: i64[2] = Constant {-1, 6}
                  %y: f32[N,6] = Reshape(%x, %target) {allowzero=false}
                  %z: f32[2] = Constant {-1.0, -1.5}
                }
                """);
    }

    @Test
    void doesNotFoldWhatIsRandomOrLarge() {
        var text =
                """
                graph main() -> (%random, %large) {
                  %shape: i64[2] = Constant {1000, 1000}
                  %one: f32[] = Constant {1.0}
                  %random: f32[2] = RandomNormal() {dtype=f32, mean=0.0, scale=1.0, shape=[2]}
                  %large: f32[1000,1000] = Expand(%one, %shape)
                }
                """;
        var graph = TextForm.parse(text);
        assertEquals(4, Pipelines.declutter().run(graph, VERIFIED).nodes().size());
    }

    @Test
    void computesOnceWhatIsTheSame() {
        assertDecluttered(
                """
                graph main(%x: f32[N]) -> (%y, %s) {
                  %one: f32[] = Constant {1.0}
                  %uno: f32[] = Constant {1.0}
                  %minus: f32[] = Constant {-0.0}
                  %zero: f32[] = Constant {0.0}
                  %a: f32[N] = Add(%x, %one)
                  %b: f32[N] = Add(%x, %uno)
                  %c: f32[N] = Exp(%a)
                  %d: f32[N] = Exp(%b)
                  %y: f32[N] = Sub(%c, %d)
                  %e: f32[N] = Add(%x, %minus)
                  %f: f32[N] = Add(%x, %zero)
                  %s: f32[N] = Sub(%e, %f)
                }
                """,
                """
                graph main(%x: f32[N]) -> (%y, %s) {
                  %one: f32[] = Constant {1.0}
                  %minus: f32[] = Constant {-0.0}
                  %zero: f32[] = Constant {0.0}
                  %a: f32[N] = Add(%x, %one)
                  %c: f32[N] = Exp(%a)
                  %y: f32[N] = Sub(%c, %c)
                  %e: f32[N] = Add(%x, %minus)
                  %f: f32[N] = Add(%x, %zero)
                  %s: f32[N] = Sub(%e, %f)
                }
                """);
    }

    @Test
    void takesTheBranchThatIsAlwaysTaken() {
        assertDecluttered(
                """
                graph main(%x: f32[N]) -> (%y) {
                  %yes: bool[] = Constant {true}
                  %no: bool[] = Not(%yes)
                  %a: f32[N] = Neg(%x)
                  %y: f32[N] = If(%no, %a) {
                    thenBranch=graph then(%in: f32[N]) -> (r: %in) {
                    },
                    elseBranch=graph else(%in: f32[N]) -> (r: %b) {
                      %a: f32[N] = Exp(%in)
                      %b: f32[N] = Abs(%a)
                    }
                  }
                }
                """,
                """
                graph main(%x: f32[N]) -> (y: %b) {
                  %a: f32[N] = Neg(%x)
                  %a_1: f32[N] = Exp(%a)
                  %b: f32[N] = Abs(%a_1)
                }
                """);
    }

    @Test
    void worksInsideSubgraphs() {
        assertDecluttered(
                """
                graph main(%c: bool[], %x: f32[N]) -> (%y) {
                  %k: f32[] = Constant {2.0}
                  %unused: f32[N] = Exp(%x)
                  %y: f32[...] = If(%c, %x, %k, %unused) {
                    thenBranch=graph then(%in: f32[N], %k: f32[], %u: f32[N]) -> (r: %b) {
                      %a: f32[N] = Identity(%in)
                      %k2: f32[] = Mul(%k, %k)
                      %b: f32[N] = Mul(%a, %k2)
                    },
                    elseBranch=graph else(%in: f32[N], %k: f32[], %u: f32[N]) -> (r: %in) {
                    }
                  }
                }
                """,
                """
                graph main(%c: bool[], %x: f32[N]) -> (%y) {
                  %y: f32[N] = If(%c, %x) {
                    thenBranch=graph then(%in: f32[N]) -> (r: %b) {
                      %k2: f32[] = Constant {4.0}
                      %b: f32[N] = Mul(%in, %k2)
                    },
                    elseBranch=graph else(%in: f32[N]) -> (r: %in) {
                    }
                  }
                }
                """);
    }

    /// The branch that is not taken would transpose a matrix as if it had three axes.
    @Test
    void leavesBranchesAloneThatCannotBeTaken() {
        var text =
                """
                graph main(%c: bool[], %x: f32[2,3]) -> (%y) {
                  %y: f32[...] = If(%c, %x) {
                    thenBranch=graph then(%in: f32[2,3]) -> (r: %in) {
                    },
                    elseBranch=graph else(%in: f32[2,3]) -> (r: %t) {
                      %yes: bool[] = Constant {true}
                      %z: f32[...] = If(%yes, %in) {
                        thenBranch=graph same(%m: f32[2,3]) -> (r: %m) {
                        },
                        elseBranch=graph deep(%m: f32[2,3]) -> (r: %e) {
                          %k: i64[1] = Constant {0}
                          %e: f32[1,2,3] = Unsqueeze(%m, %k)
                        }
                      }
                      %t: f32[...] = Transpose(%z) {perm=[0, 2, 1]}
                    }
                  }
                }
                """;
        assertDecluttered(text, text);
    }
}
