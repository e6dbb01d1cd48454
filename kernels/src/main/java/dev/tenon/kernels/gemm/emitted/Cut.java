package dev.tenon.kernels.gemm.emitted;

import java.util.ArrayList;
import java.util.List;

/// How the results of one product are cut into rectangles that are computed one by one. The cut
/// changes no result: each is summed up in the same order.
///
/// @param rowParts rectangles one below the other
/// @param panelParts rectangles side by side
public record Cut(int rows, int panels, int rowParts, int panelParts) {
    /// Rows of the left-hand matrix that stay in the second-level cache with a block's depth.
    private static final int MAX_ROWS = 192;

    /// Tiles of rows that make a panel worth reading.
    private static final int MIN_TILES = 3;

    /// Results of a rectangle that stay in the first-level cache until the epilogue reads them.
    private static final int NEAR_RESULTS = 1 << 13;

    /// Terms of a sum from which on the epilogue takes too little of the time to matter.
    private static final int DEEP = 256;

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
        int rowParts = Math.ceilDiv(rows, mostRows(panels, depth));
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

    private static int mostRows(int panels, int depth) {
        if (depth >= DEEP) {
            return MAX_ROWS;
        }
        int near = NEAR_RESULTS / Math.max(1, panels * Panels.WIDTH);
        return Math.clamp(near, MIN_TILES * TileSize.here().rows(), MAX_ROWS);
    }

    /// Rows of a part: whole tiles, as even as can be.
    private static int partRows(int rows, int parts) {
        return Math.ceilDiv(Math.ceilDiv(rows, parts), TileSize.here().rows())
                * TileSize.here().rows();
    }

    /// The rectangles that have rows and panels: one below the other first where the right-hand
    /// matrix is the larger one, so that each part of it is read once, and by one thread.
    public List<Part> parts() {
        int r = partRows(rows, rowParts);
        int p = Math.max(1, Math.ceilDiv(panels, panelParts));
        var parts = new ArrayList<Part>();
        if (panels * Panels.WIDTH > rows) {
            for (int panel = 0; panel < panels; panel += p) {
                for (int row = 0; row < rows; row += r) {
                    parts.add(part(row, r, panel, p));
                }
            }
        } else {
            for (int row = 0; row < rows; row += r) {
                for (int panel = 0; panel < panels; panel += p) {
                    parts.add(part(row, r, panel, p));
                }
            }
        }
        return parts;
    }

    private Part part(int row, int rowsOfPart, int panel, int panelsOfPart) {
        return new Part(
                row,
                Math.min(rowsOfPart, rows - row),
                panel,
                Math.min(panelsOfPart, panels - panel));
    }
}
