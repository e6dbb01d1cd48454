package dev.tenon.passes.layout;

/// Numbers in groups that are joined (union-find).
final class Groups {
    private final int[] parents;

    Groups(int count) {
        parents = new int[count];
        for (int i = 0; i < count; i++) {
            parents[i] = i;
        }
    }

    /// The number that stands for a number's group.
    int of(int number) {
        int root = number;
        while (parents[root] != root) {
            parents[root] = parents[parents[root]];
            root = parents[root];
        }
        return root;
    }

    void join(int a, int b) {
        parents[of(a)] = of(b);
    }
}
