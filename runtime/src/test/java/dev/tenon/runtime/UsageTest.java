package dev.tenon.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class UsageTest {
    private final AtomicInteger freed = new AtomicInteger();
    private final Usage usage = new Usage(freed::incrementAndGet);

    @Test
    void freesAtOnceWhatNobodyUses() {
        assertTrue(usage.begin());
        usage.end();
        assertEquals(0, freed.get());
        usage.close();
        usage.close();
        assertEquals(1, freed.get());
        assertFalse(usage.begin());
    }

    @Test
    void freesWithTheLastUser() {
        assertTrue(usage.begin());
        assertTrue(usage.begin());
        usage.close();
        assertFalse(usage.begin());
        usage.end();
        assertEquals(0, freed.get());
        usage.end();
        assertEquals(1, freed.get());
    }

    @Test
    void neverFreesWhatSomebodyUses() throws InterruptedException {
        for (int round = 0; round < 200; round++) {
            var gone = new AtomicInteger();
            var seenFreed = new AtomicInteger();
            var shared = new Usage(gone::incrementAndGet);
            var threads = Executors.newFixedThreadPool(3);
            for (int i = 0; i < 2; i++) {
                threads.submit(
                        () -> {
                            while (shared.begin()) {
                                seenFreed.addAndGet(gone.get());
                                shared.end();
                            }
                        });
            }
            threads.submit(shared::close);
            threads.shutdown();
            assertTrue(threads.awaitTermination(1, TimeUnit.MINUTES));
            assertEquals(1, gone.get());
            assertEquals(0, seenFreed.get());
        }
    }
}
