package dev.tenon.cli.console;

import java.io.PrintWriter;

/// Where a command writes: results, and what a person wants to know meanwhile.
///
/// @param out results only, so that they can be piped on
/// @param err progress, notes and errors
/// @param terminal a person is watching, so that lines may be drawn over
public record Console(PrintWriter out, PrintWriter err, boolean terminal) {

    /// Whether both ends of this process are a terminal that can draw over a line.
    public static boolean isTerminal() {
        var console = System.console();
        return console != null && console.isTerminal() && !"dumb".equals(System.getenv("TERM"));
    }

    public void line(String text) {
        out.println(text);
        out.flush();
    }

    /// Tells a person something that is no result.
    public void note(String text) {
        err.println(text);
        err.flush();
    }

    /// Shows how far long work has come.
    ///
    /// @param what is being done, such as `fetching minilm`
    /// @param total steps; 0 when their number is not known
    public Progress progress(String what, long total) {
        return new Progress(this, what, total);
    }
}
