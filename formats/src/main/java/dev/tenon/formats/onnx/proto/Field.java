package dev.tenon.formats.onnx.proto;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// The protobuf field that a record component stands for. [Schema] derives the rest from its type.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
@interface Field {
    /// The field number.
    int value();

    /// Whether the field belongs to the message's only `oneof`; such a component is null when
    /// unset.
    boolean oneof() default false;

    /// Whether a list of numbers is written packed; both forms are always read.
    boolean packed() default false;
}
