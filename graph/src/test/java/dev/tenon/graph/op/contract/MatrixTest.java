package dev.tenon.graph.op.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tenon.base.DType;
import dev.tenon.base.GraphException;
import dev.tenon.base.InputException;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.Graph;
import dev.tenon.graph.Op;
import dev.tenon.graph.SingleOp;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.MatrixProduct;
import org.junit.jupiter.api.Test;

class MatrixTest {
    private static final Tensor A = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
    private static final Tensor B = Tensor.of(new float[] {1, 0, 0, 1, 1, 1}, 3, 2);

    private static String inferred(Op op, String... types) {
        var builder = Graph.builder("test");
        var inputs = new Value[types.length];
        for (int i = 0; i < types.length; i++) {
            inputs[i] = builder.input("x" + i, Type.parse(types[i]));
        }
        return builder.add(op, inputs).type().toString();
    }

    @Test
    void vectorsLoseTheirAxis() {
        var vector = Tensor.of(new float[] {1, 1, 1}, 3);
        assertArrayEquals(
                new double[] {6, 15}, SingleOp.tensor(new MatMul(), A, vector).toDoubles());
        assertArrayEquals(
                new double[] {2, 2}, SingleOp.tensor(new MatMul(), vector, B).toDoubles());
        assertEquals(0, SingleOp.tensor(new MatMul(), vector, vector).rank());
    }

    @Test
    void batchesBroadcast() {
        var left = Tensor.of(new float[] {1, 2, 3, 4}, 2, 1, 1, 2);
        var right = Tensor.of(new float[] {1, 1, 2, 2, 3, 3}, 3, 2, 1);
        var product = SingleOp.tensor(new MatMul(), left, right);
        assertArrayEquals(new long[] {2, 3, 1, 1}, product.dims());
        assertArrayEquals(new double[] {3, 6, 9, 7, 14, 21}, product.toDoubles());
        assertEquals("f32[B,4,m,n]", inferred(new MatMul(), "f32[B,1,m,k]", "f32[4,k,n]"));
    }

    @Test
    void integersWrapAround() {
        var big = Tensor.of(new int[] {1 << 20, 1 << 20}, 1, 2);
        var other = Tensor.of(new int[] {1 << 13, 5}, 2, 1);
        assertEquals(
                (1 << 20) * ((1 << 13) + 5), SingleOp.tensor(new MatMul(), big, other).getLong(0));
    }

    @Test
    void innerExtentsMustAgree() {
        assertThrows(GraphException.class, () -> inferred(new MatMul(), "f32[2,3]", "f32[2,3]"));
        assertThrows(
                InputException.class, () -> new MatrixProduct(new long[] {2, 3}, new long[] {2}));
    }

    @Test
    void emptyInnerAxisGivesZeros() {
        var product =
                SingleOp.tensor(
                        new MatMul(),
                        Tensor.zeros(DType.FLOAT32, 2, 0),
                        Tensor.zeros(DType.FLOAT32, 0, 2));
        assertArrayEquals(new double[4], product.toDoubles());
    }

    @Test
    void gemmTransposesScalesAndAdds() {
        var c = Tensor.of(new float[] {1, 2, 3}, 3, 1);
        var y = SingleOp.tensor(new Gemm(2, 0.5f, true, true), A, B, c);
        assertArrayEquals(new double[] {2.5, 8.5, 10.5, 5, 11, 15, 7.5, 13.5, 19.5}, y.toDoubles());
        assertEquals(
                "f32[m,n]",
                inferred(new Gemm(1, 1, true, false), "f32[k,m]", "f32[k,n]", "f32[n]"));
        var product = new Gemm(1, 1, false, false);
        assertThrows(
                GraphException.class, () -> inferred(product, "f32[2,3]", "f32[3,4]", "f32[3]"));
    }

    @Test
    void determinantFollowsPermutations() {
        var matrices = Tensor.of(new float[] {0, 1, 1, 0, 2, 4, 1, 2, 3, 1, 0, 2}, 3, 2, 2);
        assertArrayEquals(
                new double[] {-1, 0, 6}, SingleOp.tensor(new Det(), matrices).toDoubles());
        assertThrows(GraphException.class, () -> inferred(new Det(), "f32[4,2,3]"));
    }

    @Test
    void einsumAgreesWithItsSpecialCases() {
        var product = SingleOp.tensor(new MatMul(), A, B).toDoubles();
        assertArrayEquals(product, SingleOp.tensor(new Einsum("ij, jk -> ik"), A, B).toDoubles());
        assertArrayEquals(product, SingleOp.tensor(new Einsum("ij,jk"), A, B).toDoubles());
        assertArrayEquals(
                new double[] {1, 4, 0, 0, 0, 0, 2, 5, 3, 6, 3, 6},
                SingleOp.tensor(new Einsum("i...,...k->...ki"), A, B).toDoubles());
        assertArrayEquals(
                new double[] {1, 4, 2, 5, 3, 6},
                SingleOp.tensor(new Einsum("...ba->...ab"), A).toDoubles());
        assertArrayEquals(new double[] {21}, SingleOp.tensor(new Einsum("ab->"), A).toDoubles());
        var square = Tensor.of(new long[] {1, 2, 3, 4}, 2, 2);
        assertArrayEquals(
                new long[] {1, 4}, SingleOp.tensor(new Einsum("ii->i"), square).toLongs());
        assertArrayEquals(new long[] {5}, SingleOp.tensor(new Einsum("ii"), square).toLongs());
    }

    @Test
    void einsumInfersSymbolicExtents() {
        assertEquals(
                "f32[h,b,q,k]",
                inferred(new Einsum("bqhd,bkhd->hbqk"), "f32[b,q,h,d]", "f32[b,k,h,d]"));
        assertEquals(
                "f32[b,4,i,k]", inferred(new Einsum("...ij,...jk"), "f32[b,1,i,j]", "f32[4,j,k]"));
        assertEquals(
                "f32[?Einsum,?Einsum.2]",
                inferred(new Einsum("...i,ij->ij"), "f32[...]", "f32[i,j]"));
    }

    @Test
    void einsumRefusesWhatDoesNotFit() {
        assertThrows(GraphException.class, () -> inferred(new Einsum("ij->ik"), "f32[2,3]"));
        assertThrows(GraphException.class, () -> inferred(new Einsum("ij->ii"), "f32[2,3]"));
        assertThrows(GraphException.class, () -> inferred(new Einsum("ijk"), "f32[2,3]"));
        assertThrows(GraphException.class, () -> inferred(new Einsum("ij,jk"), "f32[2,3]"));
        assertThrows(GraphException.class, () -> inferred(new Einsum("i1"), "f32[2,3]"));
        assertThrows(GraphException.class, () -> inferred(new Einsum("ii"), "f32[2,3]"));
    }
}
