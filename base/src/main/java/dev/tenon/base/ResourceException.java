package dev.tenon.base;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

/// The outside world failed: a file cannot be read or written, a download did not arrive.
public final class ResourceException extends TenonException {
    private static final long serialVersionUID = 1L;

    public ResourceException(Problem problem) {
        this(problem, null);
    }

    public ResourceException(Problem problem, @Nullable Throwable cause) {
        super(problem, cause);
    }

    public ResourceException(String what) {
        this(Problem.of(what), null);
    }

    /// What an operation of the file system failed on, and why in words.
    ///
    /// @param what failed, such as `cannot read the file`
    /// @param place the file or folder
    public static ResourceException of(String what, Object place, IOException cause) {
        return new ResourceException(
                Problem.of(what + " (" + reason(cause) + ")").node(place.toString()), cause);
    }

    private static String reason(IOException cause) {
        return switch (cause) {
            case NoSuchFileException _ -> "it does not exist";
            case AccessDeniedException _ -> "access is denied";
            case FileAlreadyExistsException _ -> "something else is there";
            case FileSystemException e when e.getReason() != null -> e.getReason();
            case FileSystemException e -> e.getClass().getSimpleName();
            default ->
                    cause.getMessage() == null
                            ? cause.getClass().getSimpleName()
                            : cause.getMessage();
        };
    }

    @Override
    public ResourceException at(String op, String node) {
        return new ResourceException(
                problem().at(op, node), getCause() == null ? this : getCause());
    }
}
