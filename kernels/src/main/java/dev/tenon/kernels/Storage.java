package dev.tenon.kernels;

import dev.tenon.asm.exec.LargePages;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Native memory for what kernels make of constants, such as packed weights. All of it is freed
/// when the storage is closed; what several storages have in common exists once, and is freed with
/// the last of them.
public final class Storage implements AutoCloseable {
    private static final long FIRST_REGION = 1 << 16;
    private static final long MAX_REGION = 32 << 20;

    /// Regions of at least so many bytes lie on large pages.
    private static final long LARGE = 2 << 20;

    /// Bytes that are worth a search for the same ones.
    private static final long MIN_SHARED = 1 << 12;

    /// Words by which candidates are found.
    private static final int SAMPLES = 64;

    /// A piece is not used again for much less than its size.
    private static final int MAX_WASTE = 2;

    private record Key(long bytes, long sample) {}

    private record Piece(Storage owner, MemorySegment memory) {}

    /// The pieces of all storages that others may have in common with them.
    private static final Map<Key, List<Piece>> PIECES = new HashMap<>();

    private final Arena arena;
    private final boolean isShared;
    private final Set<Storage> borrowed = new LinkedHashSet<>();
    private final List<Key> registered = new ArrayList<>();
    private final TreeMap<Long, ArrayDeque<MemorySegment>> free = new TreeMap<>();
    private @Nullable MemorySegment region;
    private long used;

    /// Who uses the memory: this storage's owner, and other storages. Guarded by `PIECES`.
    private int users = 1;

    private Storage(Arena arena, boolean isShared) {
        this.arena = arena;
        this.isShared = isShared;
    }

    /// Memory that is freed by [#close].
    public static Storage open() {
        return new Storage(Arena.ofShared(), true);
    }

    /// Memory that the garbage collector frees; nothing is shared.
    public static Storage ofCollector() {
        return new Storage(Arena.ofAuto(), false);
    }

    /// Zeros.
    public synchronized MemorySegment allocate(long bytes, long alignment) {
        var entry = free.ceilingEntry(bytes);
        if (entry != null
                && entry.getKey() / MAX_WASTE <= bytes
                && entry.getValue().getFirst().address() % alignment == 0) {
            var again = entry.getValue().pop();
            if (entry.getValue().isEmpty()) {
                free.remove(entry.getKey());
            }
            return again.asSlice(0, bytes).fill((byte) 0);
        }
        if (bytes > MAX_REGION / 2) {
            return LargePages.allocate(arena, bytes, alignment);
        }
        var current = region;
        long from = Math.ceilDiv(used, alignment) * alignment;
        if (current == null || current.byteSize() - from < bytes) {
            long last = current == null ? FIRST_REGION / 2 : current.byteSize();
            long size = Math.min(MAX_REGION, Math.max(2 * last, Long.highestOneBit(bytes) * 2));
            current =
                    size >= LARGE
                            ? LargePages.allocate(arena, size, alignment)
                            : arena.allocate(size, alignment);
            region = current;
            from = 0;
        }
        used = from + bytes;
        return current.asSlice(from, bytes);
    }

    /// The same bytes where another storage has them already, or else the piece itself, for others.
    ///
    /// @param piece from [#allocate], which does not change any more and is not used but through
    ///   the result
    public MemorySegment share(MemorySegment piece) {
        if (!isShared || piece.byteSize() < MIN_SHARED) {
            return piece;
        }
        var key = new Key(piece.byteSize(), sample(piece));
        for (var candidate : candidates(key)) {
            if (isSame(candidate, piece)) {
                giveBack(piece);
                return candidate.memory;
            }
        }
        synchronized (PIECES) {
            PIECES.computeIfAbsent(key, k -> new ArrayList<>()).add(new Piece(this, piece));
            registered.add(key);
        }
        return piece;
    }

    /// Pieces that look the same.
    private static List<Piece> candidates(Key key) {
        synchronized (PIECES) {
            return List.copyOf(PIECES.getOrDefault(key, List.of()));
        }
    }

    /// Whether another piece has the same bytes; then it is not freed before this storage is
    /// closed.
    private boolean isSame(Piece other, MemorySegment piece) {
        synchronized (PIECES) {
            if (other.owner.users == 0) {
                return false;
            }
            other.owner.users++;
        }
        boolean same = other.memory.mismatch(piece) < 0;
        synchronized (PIECES) {
            if (!same || other.owner.equals(this) || !borrowed.add(other.owner)) {
                other.owner.release();
            }
        }
        return same;
    }

    /// Bytes that storages have in common, or could have with further ones.
    public static long sharedBytes() {
        synchronized (PIECES) {
            long bytes = 0;
            for (var alike : PIECES.values()) {
                for (var piece : alike) {
                    bytes += piece.memory.byteSize();
                }
            }
            return bytes;
        }
    }

    private static long sample(MemorySegment piece) {
        long words = piece.byteSize() / Integer.BYTES;
        long hash = 1;
        for (int i = 0; i < SAMPLES; i++) {
            long at = words * i / SAMPLES * Integer.BYTES;
            hash = 31 * hash + piece.get(ValueLayout.JAVA_INT_UNALIGNED, at);
        }
        return hash;
    }

    private synchronized void giveBack(MemorySegment piece) {
        free.computeIfAbsent(piece.byteSize(), size -> new ArrayDeque<>()).push(piece);
    }

    /// Frees the memory, as soon as no other storage uses it. Nobody may use it through this one
    /// any more.
    @Override
    public void close() {
        if (isShared) {
            synchronized (PIECES) {
                borrowed.forEach(Storage::release);
                borrowed.clear();
                release();
            }
        }
    }

    private void release() {
        if (--users > 0) {
            return;
        }
        for (var key : registered) {
            var alike = PIECES.get(key);
            if (alike != null) {
                alike.removeIf(piece -> piece.owner == this);
                if (alike.isEmpty()) {
                    PIECES.remove(key);
                }
            }
        }
        arena.close();
    }
}
