package dev.tenon.kernels.conv;

/// How the outputs of a convolution are cut into tiles: runs of neighbouring positions of one group
/// of one image, of about the same width.
///
/// @param tiles in each block
/// @param width positions in a tile, a multiple of the lanes; the last of a block may have fewer
/// @param count of tiles in all; 0 when there is nothing to compute
record Tiling(int tiles, int width, int count) {
    /// @param most positions in a tile, a multiple of `lanes`
    /// @param lanes of which each width is a multiple
    static Tiling of(ConvShape shape, int most, int lanes) {
        int size = shape.outputSize();
        int blocks = shape.images() * shape.groups();
        if (size == 0 || blocks == 0 || shape.features() == 0) {
            return new Tiling(0, 0, 0);
        }
        int perBlock = Math.ceilDiv(size, most);
        int width = Math.ceilDiv(Math.ceilDiv(size, perBlock), lanes) * lanes;
        int tiles = Math.ceilDiv(size, width);
        return new Tiling(tiles, width, blocks * tiles);
    }

    /// The image and group of a tile.
    int block(int tile) {
        return tile / tiles;
    }

    /// The first position of a tile.
    int from(int tile) {
        return tile % tiles * width;
    }
}
