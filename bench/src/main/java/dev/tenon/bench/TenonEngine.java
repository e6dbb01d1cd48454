package dev.tenon.bench;

import dev.tenon.base.Datum;
import dev.tenon.runtime.LoadOptions;
import dev.tenon.runtime.Model;
import java.nio.file.Path;
import java.util.Map;
import java.util.SequencedMap;

/// Tenon's own runtime.
final class TenonEngine implements Engine {
    static final String NAME = "tenon";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String version() {
        return "0.1.0-SNAPSHOT";
    }

    @Override
    public Session open(Path model, int threads) {
        return new Loaded(Model.load(model, LoadOptions.DEFAULT.withThreads(threads)));
    }

    private static final class Loaded implements Session {
        private final Model model;
        private Map<String, ? extends Datum> inputs = Map.of();

        Loaded(Model model) {
            this.model = model;
        }

        @Override
        public void bind(Map<String, ? extends Datum> newInputs) {
            inputs = Map.copyOf(newInputs);
        }

        @Override
        public void run() {
            var _ = model.run(inputs);
        }

        @Override
        public SequencedMap<String, Datum> outputs() {
            return model.run(inputs);
        }

        @Override
        public void close() {
            model.close();
        }
    }
}
