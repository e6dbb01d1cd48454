package dev.tenon.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ConsoleTest {
    @Test
    void amounts() {
        assertEquals("999 B", Amounts.bytes(999));
        assertEquals("1.0 kB", Amounts.bytes(1000));
        assertEquals("1.0 MB", Amounts.bytes(999_999));
        assertEquals("22.6 M", Amounts.count(22_565_000));
        assertEquals("0", Amounts.count(0));
        assertEquals("12.3 ms", Amounts.nanos(12_300_000));
    }

    @Test
    void tables() {
        var table = new Table("name", ">n");
        table.row("é", 1);
        table.row("longer", 100);
        assertEquals("name      n\né         1\nlonger  100", table.toString());
        assertEquals("| name | n |\n| --- | ---: |\n| é | 1 |\n| longer | 100 |", table.markdown());
    }

    @Test
    void quickWorkShowsNothing() {
        var err = new StringWriter();
        var console = new Console(new PrintWriter(new StringWriter()), new PrintWriter(err), false);
        try (var progress = console.progress("working", 3)) {
            progress.advance(3);
        }
        assertEquals("", err.toString());
    }

    @Test
    void slowWorkShowsLinesWhereNobodyWatches() throws InterruptedException {
        var err = new StringWriter();
        var console = new Console(new PrintWriter(new StringWriter()), new PrintWriter(err), false);
        try (var progress = console.progress("working", 4)) {
            progress.advance(1);
            Thread.sleep(1600);
        }
        assertTrue(err.toString().startsWith("working ... 25%  0:0"), err.toString());
        assertTrue(!err.toString().contains("\r"));
    }
}
