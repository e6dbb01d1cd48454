package dev.tenon.cli.engine;

import dev.tenon.base.Datum;
import dev.tenon.runtime.Model;
import java.util.LinkedHashMap;
import java.util.List;

/// A [Model] that takes its inputs in order.
record ModelSession(Model model) implements Engine.Session {
    @Override
    public List<Datum> run(List<Datum> inputs) {
        var arguments = new LinkedHashMap<String, Datum>();
        for (int i = 0; i < inputs.size(); i++) {
            arguments.put(model.inputs().get(i).name(), inputs.get(i));
        }
        return List.copyOf(model.run(arguments).values());
    }

    @Override
    public void close() {
        model.close();
    }
}
