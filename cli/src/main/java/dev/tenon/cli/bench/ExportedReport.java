package dev.tenon.cli.bench;

import dev.tenon.bench.Difference;
import dev.tenon.bench.Timings;
import dev.tenon.cli.console.Table;
import dev.tenon.data.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// How models run in another engine as they are, and as the optimiser exports them.
public final class ExportedReport {
    private final List<String> levels;
    private final List<Row> rows = new ArrayList<>();

    /// What became of a model at one level.
    public sealed interface Outcome {
        /// @param difference of its outputs from the original's
        record Measured(long bytes, Timings timings, Difference difference) implements Outcome {}

        /// The engine does not take it.
        record Refused(String reason) implements Outcome {}
    }

    /// A model.
    ///
    /// @param bytes of the original file
    /// @param timings of the original
    /// @param outcomes one a level
    public record Row(String model, long bytes, Timings timings, List<Outcome> outcomes) {
        public Row {
            outcomes = List.copyOf(outcomes);
        }

        /// How many times longer the original takes, by medians.
        double ratio(Outcome.Measured exported) {
            return timings.median() / exported.timings().median();
        }

        /// The same by the fastest runs.
        double ratioOfFastest(Outcome.Measured exported) {
            return timings.min() / exported.timings().min();
        }
    }

    public ExportedReport(List<String> levels) {
        this.levels = List.copyOf(levels);
    }

    public void add(Row row) {
        rows.add(row);
    }

    /// A row a model.
    public Table table() {
        var headings = new ArrayList<>(List.of("model", ">bytes", ">ms"));
        for (var level : levels) {
            headings.addAll(List.of(">" + level + ", bytes", ">ratio", ">fastest", ">differs"));
        }
        var table = new Table(headings.toArray(String[]::new));
        for (var row : rows) {
            var cells = new ArrayList<Object>();
            cells.add(row.model());
            cells.add(number("%,d", row.bytes()));
            cells.add(number("%.3f", row.timings().median() / 1e6));
            row.outcomes().forEach(o -> cells.addAll(cells(row, o)));
            table.row(cells.toArray());
        }
        return table;
    }

    private static List<String> cells(Row row, Outcome outcome) {
        return switch (outcome) {
            case Outcome.Measured exported ->
                    List.of(
                            number("%,d", exported.bytes()),
                            number("%.2f", row.ratio(exported)),
                            number("%.2f", row.ratioOfFastest(exported)),
                            number("%.0e", exported.difference().ofRange()));
            case Outcome.Refused _ -> List.of("refused", "", "", "");
        };
    }

    /// Times are in milliseconds; a ratio is the original's time by the exported model's.
    public Json json() {
        var models = new ArrayList<Json>();
        for (var row : rows) {
            var json =
                    Json.object()
                            .put("model", row.model())
                            .put("bytes", row.bytes())
                            .put("ms", row.timings().median() / 1e6);
            for (int i = 0; i < levels.size(); i++) {
                json.put(levels.get(i), json(row, row.outcomes().get(i)));
            }
            models.add(json.build());
        }
        return Json.array(models);
    }

    private static Json json(Row row, Outcome outcome) {
        return switch (outcome) {
            case Outcome.Measured exported ->
                    Json.object()
                            .put("bytes", exported.bytes())
                            .put("ms", exported.timings().median() / 1e6)
                            .put("ratio", row.ratio(exported))
                            .put("ratio_of_fastest", row.ratioOfFastest(exported))
                            .put("max_diff_of_range", exported.difference().ofRange())
                            .build();
            case Outcome.Refused(var reason) -> Json.object().put("refused", reason).build();
        };
    }

    private static String number(String format, Object value) {
        return String.format(Locale.ROOT, format, value);
    }
}
