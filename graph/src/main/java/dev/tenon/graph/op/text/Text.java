package dev.tenon.graph.op.text;

import dev.tenon.graph.Op;

/// Operators on strings.
public sealed interface Text extends Op
        permits RegexFullMatch, StringConcat, StringNormalizer, StringSplit, TfIdfVectorizer {}
