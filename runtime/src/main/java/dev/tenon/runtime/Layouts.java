package dev.tenon.runtime;

import dev.tenon.base.Layout;
import dev.tenon.passes.layout.LayoutPass;
import dev.tenon.passes.layout.LayoutReport;
import java.util.Optional;
import java.util.function.Consumer;

/// The choice of layouts for the machine that runs the model.
public final class Layouts {
    private Layouts() {}

    /// The pass that makes a choice.
    ///
    /// @param listener is told what it comes to, in nanoseconds
    public static LayoutPass pass(LayoutChoice choice, Consumer<LayoutReport> listener) {
        var modelled = new ModelledCosts();
        return switch (choice) {
            case MODELLED -> new LayoutPass(modelled, Optional.empty(), listener);
            case MEASURED ->
                    new LayoutPass(
                            new MeasuredCosts(Timings.ofThisMachine(), modelled),
                            Optional.empty(),
                            listener);
            case CHANNELS_FIRST ->
                    new LayoutPass(modelled, Optional.of(Layout.CHANNELS_FIRST), listener);
            case CHANNELS_LAST ->
                    new LayoutPass(modelled, Optional.of(Layout.CHANNELS_LAST), listener);
        };
    }
}
