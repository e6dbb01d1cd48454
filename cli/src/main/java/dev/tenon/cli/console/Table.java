package dev.tenon.cli.console;

import java.util.ArrayList;
import java.util.List;

/// Rows of text in columns.
public final class Table {
    private final boolean[] right;
    private final List<String[]> rows = new ArrayList<>();

    /// @param columns their headings; one that starts with `>` has its cells on the right
    public Table(String... columns) {
        right = new boolean[columns.length];
        var headings = new String[columns.length];
        for (int i = 0; i < columns.length; i++) {
            right[i] = columns[i].startsWith(">");
            headings[i] = right[i] ? columns[i].substring(1) : columns[i];
        }
        rows.add(headings);
    }

    public void row(Object... cells) {
        var row = new String[right.length];
        for (int i = 0; i < row.length; i++) {
            row[i] = cells[i].toString();
        }
        rows.add(row);
    }

    /// Lines that end without blanks.
    @Override
    public String toString() {
        var widths = new int[right.length];
        for (var row : rows) {
            for (int i = 0; i < row.length; i++) {
                widths[i] = Math.max(widths[i], width(row[i]));
            }
        }
        var text = new StringBuilder();
        for (var row : rows) {
            var line = new StringBuilder();
            for (int i = 0; i < row.length; i++) {
                var fill = " ".repeat(widths[i] - width(row[i]));
                line.append(right[i] ? fill + row[i] : row[i] + fill).append("  ");
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.substring(0, text.length() - 1);
    }

    /// The same for documents in Markdown.
    public String markdown() {
        var text = new StringBuilder(markdown(rows.getFirst())).append("\n|");
        for (boolean numbers : right) {
            text.append(numbers ? " ---: |" : " --- |");
        }
        rows.stream().skip(1).forEach(row -> text.append('\n').append(markdown(row)));
        return text.toString();
    }

    private static String markdown(String[] row) {
        return "| " + String.join(" | ", row) + " |";
    }

    private static int width(String text) {
        return text.codePointCount(0, text.length());
    }
}
