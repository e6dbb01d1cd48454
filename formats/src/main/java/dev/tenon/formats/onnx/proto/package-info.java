/// ONNX's protobuf schema (IR version 13) as records, with a reader and a writer of the wire
/// format.
///
/// Each record *is* its message's schema: the component's [Field] gives the field number and the
/// component's type gives the wire type. [OnnxWire] reads and writes them. Large payloads stay
/// where they are: they are views of the segment that was read, valid for as long as it is.
package dev.tenon.formats.onnx.proto;
