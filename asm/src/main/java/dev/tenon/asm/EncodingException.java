package dev.tenon.asm;

import dev.tenon.base.Problem;

/// An instruction that cannot be encoded: an operand out of range or of a wrong kind, a label that
/// is nowhere, an instruction that the target does not have. It is a defect of the code that emits,
/// never of a model or its inputs.
public final class EncodingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    public EncodingException(Problem problem) {
        super(problem.message());
        this.problem = problem;
    }

    /// What went wrong, part by part.
    public Problem problem() {
        return problem;
    }
}
