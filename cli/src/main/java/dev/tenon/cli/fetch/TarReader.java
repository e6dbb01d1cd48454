package dev.tenon.cli.fetch;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.ZipException;

/// Goes through the files of a tar archive (POSIX.1-1988 "ustar"), as npm packs them.
final class TarReader implements Closeable {
    private static final int BLOCK = 512;

    private final InputStream in;
    private String name = "";
    private long left;
    private long padding;

    TarReader(InputStream in) {
        this.in = in;
    }

    /// Goes to the next member; false at the end.
    boolean next() throws IOException {
        in.skipNBytes(left + padding);
        var header = in.readNBytes(BLOCK);
        if (header.length < BLOCK || header[0] == 0) {
            return false;
        }
        var prefix = text(header, 345, 155);
        name = (prefix.isEmpty() ? "" : prefix + "/") + text(header, 0, 100);
        try {
            left = Long.parseLong(text(header, 124, 12).strip(), 8);
        } catch (NumberFormatException e) {
            throw (ZipException) new ZipException("malformed tar archive").initCause(e);
        }
        padding = (BLOCK - left % BLOCK) % BLOCK;
        return true;
    }

    String name() {
        return name;
    }

    /// The bytes of the member.
    InputStream content() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                var one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                int count = left == 0 ? -1 : in.read(bytes, offset, (int) Math.min(length, left));
                if (count < 0 && left > 0) {
                    throw new EOFException("the tar archive is truncated");
                }
                left -= Math.max(count, 0);
                return count;
            }
        };
    }

    private static String text(byte[] header, int from, int length) {
        int end = from;
        while (end < from + length && header[end] != 0) {
            end++;
        }
        return new String(header, from, end - from, StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
