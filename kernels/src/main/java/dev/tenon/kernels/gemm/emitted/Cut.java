package dev.tenon.kernels.gemm.emitted;

/// How the results of one product are cut into rectangles that are computed one by one. The cut
/// changes no result: each is summed up in the same order.
///
/// @param rowParts rectangles one below the other
/// @param panelParts rectangles side by side
public record Cut(int rows, int panels, int rowParts, int panelParts) {
    /// Rows of the left-hand matrix that stay in the second-level cache with a block's depth.
    private static final int MAX_ROWS = 192;

    /// Rectangles wanted in all, for threads to share.
    private static final int WANTED = 16;

    /// Multiplications that are worth a rectangle of their own.
    private static final long MIN_WORK = 1 << 21;

    /// Numbers on the right that stay in the second-level cache while rows come and go, so that
    /// whole rows of results are written.
    private static final long MAX_NEAR = 1 << 16;

    /// One rectangle.
    public record Part(int row, int rows, int panel, int panels) {}

    /// @param products of these extents that are computed at once
    public static Cut of(int rows, int panels, int depth, int products) {
        int rowParts = Math.ceilDiv(rows, MAX_ROWS);
        int panelParts = 1;
        boolean near = (long) depth * panels * Panels.WIDTH <= MAX_NEAR;
        while (true) {
            int r = partRows(rows, rowParts);
            int p = Math.ceilDiv(panels, panelParts);
            boolean enough = (long) rowParts * panelParts * products >= WANTED;
            boolean small = (long) r * p * Panels.WIDTH * depth < 2 * MIN_WORK;
            boolean alongRows = near || r > p * Panels.WIDTH;
            boolean whole = alongRows ? r <= TileSize.here().rows() : p == 1;
            if (enough || small || whole) {
                return new Cut(rows, panels, rowParts, panelParts);
            }
            if (alongRows) {
                rowParts *= 2;
            } else {
                panelParts *= 2;
            }
        }
    }

    /// Rows of a part: whole tiles, as even as can be.
    private static int partRows(int rows, int parts) {
        return Math.ceilDiv(Math.ceilDiv(rows, parts), TileSize.here().rows())
                * TileSize.here().rows();
    }

    public int chunks() {
        return rowParts * panelParts;
    }

    /// A rectangle; empty when rows or panels are used up before.
    public Part part(int index) {
        int r = partRows(rows, rowParts);
        int p = Math.ceilDiv(panels, panelParts);
        int row = Math.min(rows, index / panelParts * r);
        int panel = Math.min(panels, index % panelParts * p);
        return new Part(row, Math.min(r, rows - row), panel, Math.min(p, panels - panel));
    }
}
