import org.jspecify.annotations.NullMarked;

/// The tenon command.
@NullMarked
module dev.tenon.cli {
    requires dev.tenon.bench;
    requires dev.tenon.data;
    requires dev.tenon.formats;
    requires dev.tenon.kernels;
    requires dev.tenon.passes;
    requires dev.tenon.runtime;
    requires info.picocli;
    requires static org.jspecify;

    opens dev.tenon.cli to
            info.picocli;
}
