package dev.tenon.kernels.recurrent;

import dev.tenon.kernels.Kernel;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Refusal;
import dev.tenon.kernels.Storage;
import dev.tenon.kernels.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What the gates get from the input is one product for all steps; what they get from the state is
/// a small product a step. The kernels for products and for element-wise expressions do the work.
final class SteppedRecurrence implements Kernel<Recurrence.Query, Recurrence> {
    @Override
    public String name() {
        return "recurrence-steps";
    }

    @Override
    public Optional<Refusal> refuses(Recurrence.Query query) {
        return Optional.empty();
    }

    @Override
    public Recurrence bind(Recurrence.Query query, Storage storage) {
        var directions = new ArrayList<BoundDirection>();
        for (int d = 0; d < query.directions().size(); d++) {
            directions.add(BoundDirection.of(query, d, storage));
        }
        return new Bound(directions);
    }

    private record Bound(List<BoundDirection> directions) implements Recurrence {
        @Override
        public Work prepare(Call call, NativeScratch room) {
            var all = new ArrayList<Work>();
            for (int d = 0; d < directions.size(); d++) {
                try (var _ = room.turn()) {
                    all.add(directions.get(d).prepare(call, d, directions.size(), room));
                }
            }
            return Work.sequence(all);
        }
    }
}
