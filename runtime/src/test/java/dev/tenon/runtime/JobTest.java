package dev.tenon.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class JobTest {
    @Test
    void neighboursWorkTowardsEachOther() throws Exception {
        var job = new Job(3);
        // The spans of four seats are 0 1, 2 3, 4 5 and 6 7; a helper that is alone does all.
        assertEquals(List.of(3, 2, 1, 0, 6, 7, 5, 4), chunksOfHelper(job, 8, 3));
        job.finish();
    }

    @Test
    void aHelperKeepsItsSeat() throws Exception {
        var job = new Job(2);
        var order = Collections.synchronizedList(new ArrayList<Integer>());
        job.open(6, _ -> {}, 2);
        var first = Thread.ofPlatform().start(job);
        first.join();
        assertFalse(job.wants(first), "it has had its seat");
        assertTrue(job.hasRoom(), "the other seat is free");
        var second = Thread.ofPlatform().start(job);
        second.join();
        assertFalse(job.hasRoom());
        job.finish();
        assertFalse(job.wants(second), "nothing is open");

        job.open(6, order::add, 2);
        assertTrue(job.wants(first));
        assertTrue(job.wants(second));
        assertEquals(first, job.helper(1));
        assertEquals(second, job.helper(2));
        assertFalse(job.wants(Thread.currentThread()));
        job.finish();
        assertEquals(List.of(0, 1, 2, 3, 4, 5), order.stream().sorted().toList());
    }

    @Test
    void aPieceHasNoMoreHelpersThanSeats() throws Exception {
        var job = new Job(4);
        assertEquals(4, chunksOfHelper(job, 4, 1).size());
        job.finish();
        var counts = new AtomicIntegerArray(5);
        job.open(5, counts::incrementAndGet, 1);
        for (int i = 0; i < 3; i++) {
            Thread.ofPlatform().start(job).join();
        }
        assertFalse(job.hasRoom());
        job.finish();
        for (int i = 0; i < 5; i++) {
            assertEquals(1, counts.get(i));
        }
    }

    @Test
    void chunksBeyondWhatASpanCountsAreClaimedTogether() throws Exception {
        int chunks = (1 << 21) + 17;
        var counts = new AtomicIntegerArray(chunks);
        var job = new Job(1);
        job.open(chunks, counts::incrementAndGet, 1);
        var helper = Thread.ofPlatform().start(job);
        job.finish();
        helper.join();
        for (int i = 0; i < chunks; i++) {
            assertEquals(1, counts.get(i), () -> "a chunk of " + chunks);
        }
    }

    /// The chunks that one helper computes before the owner begins.
    private static List<Integer> chunksOfHelper(Job job, int chunks, int helpers)
            throws InterruptedException {
        var order = Collections.synchronizedList(new ArrayList<Integer>());
        job.open(chunks, order::add, helpers);
        Thread.ofPlatform().start(job).join();
        return List.copyOf(order);
    }
}
