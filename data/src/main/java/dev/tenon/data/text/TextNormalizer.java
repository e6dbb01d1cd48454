package dev.tenon.data.text;

import java.text.Normalizer;
import java.util.List;
import java.util.Locale;

/// What happens to a text before it is split.
sealed interface TextNormalizer {
    AlignedText apply(AlignedText text);

    /// Several, one after the other.
    record Sequence(List<TextNormalizer> parts) implements TextNormalizer {
        public Sequence {
            parts = List.copyOf(parts);
        }

        @Override
        public AlignedText apply(AlignedText text) {
            for (var part : parts) {
                text = part.apply(text);
            }
            return text;
        }
    }

    /// BERT's: drops what cannot be seen, makes every space a blank, sets ideographs apart, strips
    /// accents, lowers the case.
    record Bert(boolean cleanText, boolean chineseChars, boolean stripAccents, boolean lowercase)
            implements TextNormalizer {
        @Override
        public AlignedText apply(AlignedText text) {
            if (cleanText) {
                text = clean(text);
            }
            if (chineseChars) {
                text = spaced(text);
            }
            if (stripAccents) {
                text = new StripAccents().apply(new Unicode(Normalizer.Form.NFD).apply(text));
            }
            return lowercase ? new Lowercase().apply(text) : text;
        }

        private static AlignedText clean(AlignedText text) {
            var result = new AlignedText(text.length());
            for (int i = 0; i < text.length(); i++) {
                int c = text.codePoint(i);
                if (c != 0 && c != 0xFFFD && !CodePoints.isControl(c)) {
                    result.add(CodePoints.isSpace(c) ? ' ' : c, text.start(i), text.end(i));
                }
            }
            return result;
        }

        private static AlignedText spaced(AlignedText text) {
            var result = new AlignedText(text.length());
            for (int i = 0; i < text.length(); i++) {
                int c = text.codePoint(i);
                boolean apart = CodePoints.isIdeograph(c);
                if (apart) {
                    result.add(' ', text.start(i), text.end(i));
                }
                result.add(c, text.start(i), text.end(i));
                if (apart) {
                    result.add(' ', text.start(i), text.end(i));
                }
            }
            return result;
        }
    }

    /// Each character on its own, whatever stands around it.
    record Lowercase() implements TextNormalizer {
        @Override
        public AlignedText apply(AlignedText text) {
            var result = new AlignedText(text.length());
            for (int i = 0; i < text.length(); i++) {
                int c = text.codePoint(i);
                if (c < 128) {
                    result.add(c >= 'A' && c <= 'Z' ? c + 32 : c, text.start(i), text.end(i));
                } else {
                    int start = text.start(i);
                    int end = text.end(i);
                    Character.toString(c)
                            .toLowerCase(Locale.ROOT)
                            .codePoints()
                            .forEach(l -> result.add(l, start, end));
                }
            }
            return result;
        }
    }

    /// Drops marks that take no space of their own.
    record StripAccents() implements TextNormalizer {
        @Override
        public AlignedText apply(AlignedText text) {
            return text.without(CodePoints::isNonSpacingMark);
        }
    }

    /// A Unicode normalisation form, applied to one character and its marks at a time.
    record Unicode(Normalizer.Form form) implements TextNormalizer {
        @Override
        public AlignedText apply(AlignedText text) {
            if (Normalizer.isNormalized(text.toString(), form)) {
                return text;
            }
            var result = new AlignedText(text.length());
            for (int from = 0; from < text.length(); ) {
                int to = from + 1;
                while (to < text.length() && joins(text.codePoint(to))) {
                    to++;
                }
                cluster(text.slice(from, to), result);
                from = to;
            }
            return result;
        }

        private static boolean joins(int c) {
            return CodePoints.isMark(c) || c >= 0x1160 && c <= 0x11FF;
        }

        private void cluster(AlignedText part, AlignedText result) {
            var normalized = Normalizer.normalize(part.toString(), form).codePoints().toArray();
            var each = new AlignedText(normalized.length);
            for (int i = 0; i < part.length(); i++) {
                int start = part.start(i);
                int end = part.end(i);
                Normalizer.normalize(Character.toString(part.codePoint(i)), form)
                        .codePoints()
                        .forEach(c -> each.add(c, start, end));
            }
            boolean aligned = each.length() == normalized.length;
            for (int i = 0; i < normalized.length; i++) {
                result.add(
                        normalized[i],
                        aligned ? each.start(i) : part.start(0),
                        aligned ? each.end(i) : part.end(part.length() - 1));
            }
        }
    }
}
