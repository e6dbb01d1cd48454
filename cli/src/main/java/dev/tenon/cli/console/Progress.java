package dev.tenon.cli.console;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// How far long work has come: a bar or a spinner that is drawn over on a terminal, a line now and
/// then elsewhere, and nothing at all for what is done within a second.
public final class Progress implements AutoCloseable {
    private static final int WIDTH = 28;
    private static final String SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";
    private static final Duration QUIET = Duration.ofSeconds(1);

    private final Console console;
    private final String what;
    private final long total;
    private final AtomicLong done = new AtomicLong();
    private final long start = System.nanoTime();
    private final ScheduledExecutorService timer;
    private final Future<?> ticks;
    private int frame;
    private boolean shown;
    private boolean closed;

    Progress(Console console, String what, long total) {
        this.console = console;
        this.what = what;
        this.total = total;
        this.timer =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name("tenon-progress").factory());
        long period = console.terminal() ? 100 : 10_000;
        this.ticks =
                timer.scheduleAtFixedRate(
                        this::show, QUIET.toMillis(), period, TimeUnit.MILLISECONDS);
    }

    public void advance(long steps) {
        done.addAndGet(steps);
    }

    /// Says something on a line of its own.
    public synchronized void note(String text) {
        erase();
        console.note(text);
    }

    private synchronized void show() {
        if (closed) {
            return;
        }
        shown = true;
        if (console.terminal()) {
            console.err().print("\r\u001b[K" + line());
            console.err().flush();
        } else {
            console.note(line());
        }
    }

    private String line() {
        long seconds = Duration.ofNanos(System.nanoTime() - start).toSeconds();
        var time = seconds / 60 + (seconds % 60 < 10 ? ":0" : ":") + seconds % 60;
        if (total == 0) {
            return console.terminal()
                    ? SPINNER.charAt(frame++ % SPINNER.length()) + " " + what + "  " + time
                    : what + " ... " + time;
        }
        long count = Math.min(done.get(), total);
        long percent = count * 100 / total;
        if (!console.terminal()) {
            return what + " ... " + percent + "%  " + time;
        }
        int filled = (int) (count * WIDTH / total);
        return what
                + " ["
                + "█".repeat(filled)
                + "░".repeat(WIDTH - filled)
                + "] "
                + percent
                + "%  "
                + time;
    }

    private void erase() {
        if (shown && console.terminal()) {
            console.err().print("\r\u001b[K");
            console.err().flush();
        }
    }

    @Override
    public void close() {
        ticks.cancel(false);
        timer.shutdown();
        synchronized (this) {
            closed = true;
            erase();
        }
    }
}
