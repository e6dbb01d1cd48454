import org.jspecify.annotations.NullMarked;

/// Engines that Tenon is compared with. Only tests and `./tenon bench` in a source tree have it.
@NullMarked
module dev.tenon.peers {
    requires com.microsoft.onnxruntime;
    requires dev.tenon.bench;
    requires transitive dev.tenon.base;
    requires static org.jspecify;

    exports dev.tenon.peers;

    provides dev.tenon.bench.Engine with
            dev.tenon.peers.OnnxRuntime;
}
