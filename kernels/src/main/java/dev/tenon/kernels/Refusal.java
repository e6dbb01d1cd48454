package dev.tenon.kernels;

/// Why a kernel does not take a query.
///
/// @param kernel the name of the kernel
/// @param reason one sentence without a full stop
public record Refusal(String kernel, String reason) {
    @Override
    public String toString() {
        return kernel + ": " + reason;
    }
}
